// The codes of a picture as a grid over it, or those of a clip as lines of text. Runs as `js_on_load` of a gr.HTML.
// props.value: {columns, codes: [int], fill: [colour of each code], image, label, words}
let down = null, at = 0;
const box = () => element.querySelector('.cb-cells');
const given = () => props.value || {codes: []};

function fresh() {
  const v = given(), b = box();
  if (!b) return;
  b.style.gridTemplateColumns = `repeat(${v.columns || 1}, 1fr)`;
  b.style.backgroundImage = v.image ? `url(${v.image})` : 'none';
  b.className = 'cb-cells ' + (v.image ? 'cb-over' : 'cb-line');
  b.setAttribute('aria-label', v.label || '');
  at = Math.min(at, Math.max(v.codes.length - 1, 0));
  b.innerHTML = v.codes.map((c, i) => `<i role="button" data-i="${i}" data-code="${c}" tabindex="${i === at ? 0 : -1}" ` +
    `aria-label="${v.words} ${c}" style="--c:${v.fill[c]}">${v.image ? '' : c}</i>`).join('');
}

function tell(code) { window.dispatchEvent(new CustomEvent('ae-code', {detail: {code, from: 'grid'}})); }
const cell = e => e.target.closest && e.target.closest('[data-i]');

function add(c) { if (down && c && !down.includes(+c.dataset.i)) { down.push(+c.dataset.i); c.classList.add('cb-touched'); } }
element.addEventListener('pointerdown', e => { const c = cell(e); if (c) { down = []; add(c); e.preventDefault(); c.focus({preventScroll: true}); } });
element.addEventListener('pointermove', e => {
  // on touch screens the target stays where the finger went down
  const c = document.elementFromPoint(e.clientX, e.clientY)?.closest('[data-i]');
  if (!c || !element.contains(c)) return;
  add(c); tell(+c.dataset.code);
});
element.addEventListener('pointerleave', () => tell(-1));
window.addEventListener('pointerup', () => { if (down && down.length) trigger('select', {cells: down}); down = null; });
element.addEventListener('keydown', e => {
  const v = given(), move = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -v.columns, ArrowDown: v.columns}[e.key];
  if (move) {
    const to = at + move;
    if (to >= 0 && to < v.codes.length) {
      element.querySelector(`[data-i="${at}"]`).tabIndex = -1; at = to;
      const c = element.querySelector(`[data-i="${at}"]`); c.tabIndex = 0; c.focus(); tell(+c.dataset.code);
    }
  } else if (e.key === 'Enter' || e.key === ' ') trigger('select', {cells: [at]});
  else return;
  e.preventDefault();
});
element.addEventListener('focusin', e => { const c = cell(e); if (c) at = +c.dataset.i; });
window.addEventListener('ae-code', e => {
  if (e.detail.from === 'grid') return;
  element.querySelectorAll('.cb-same').forEach(c => c.classList.remove('cb-same'));
  if (e.detail.code >= 0) element.querySelectorAll(`[data-code="${e.detail.code}"]`).forEach(c => c.classList.add('cb-same'));
});
watch('value', fresh);
fresh();
