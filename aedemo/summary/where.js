// Where each word of a summary came from. Runs as `js_on_load` of a gr.HTML.
// props.value: {words: [{text, copied, attention: [..]}], article: [[word, text before it]], tail, copied, written}
const draw = () => {
  const v = props.value || {words: [], article: []}, line = element.querySelector('.su-line'), text = element.querySelector('.su-text');
  line.replaceChildren(...v.words.map((w, i) => {
    const b = document.createElement('button');
    b.type = 'button'; b.textContent = w.text; b.dataset.i = i;
    b.className = w.copied >= .5 ? 'su-copied' : 'su-written';
    b.title = `${w.copied >= .5 ? v.copied : v.written} (${Math.round(100 * Math.max(w.copied, 1 - w.copied))}%)`;
    return b;
  }));
  text.replaceChildren(...v.article.flatMap(([word, before]) => {
    const m = document.createElement('span'); m.textContent = word; return [document.createTextNode(before), m];
  }), document.createTextNode(v.tail || ''));
  show(0);
};
const show = i => {
  const v = props.value, w = v && v.words[i];
  if (!w) return;
  const most = Math.max(...w.attention, 1e-6);
  element.querySelectorAll('.su-text span').forEach((m, j) => {
    const a = (w.attention[j] || 0) / most;
    m.style.background = a > .04 ? `rgba(47, 111, 237, ${(.85 * a).toFixed(2)})` : '';
    m.title = w.attention[j] > .005 ? `${(100 * w.attention[j]).toFixed(0)}%` : '';
  });
  element.querySelectorAll('.su-line button').forEach((b, j) => b.setAttribute('aria-pressed', j === i));
};
for (const kind of ['pointerover', 'focusin', 'click'])
  element.addEventListener(kind, e => { const b = e.target.closest('.su-line button'); if (b) show(+b.dataset.i); });
watch('value', draw);
