// A plane to walk on: pictures behind, a dot that is clicked, dragged or moved by keys. Runs as `js_on_load` of a gr.HTML.
// props.value: {back: data URI, x, y from -1 to 1, label}
let at = {x: 0, y: 0}, held = false, told = 0, later = null;
const pad = () => element.querySelector('.ge-pad');
function put() {
  const dot = element.querySelector('.ge-dot');
  dot.style.left = `${50 * (1 + at.x)}%`; dot.style.top = `${50 * (1 - at.y)}%`;
  pad().setAttribute('aria-valuetext', `${at.x.toFixed(2)}, ${at.y.toFixed(2)}`);
}
function tell(now) { // the server hears of at most seven places a second
  clearTimeout(later);
  const wait = now ? 0 : Math.max(0, 140 - (Date.now() - told));
  later = setTimeout(() => { told = Date.now(); trigger('select', {x: at.x, y: at.y}); }, wait);
}
function move(e) {
  const box = pad().getBoundingClientRect(), within = v => Math.max(-1, Math.min(1, v));
  at = {x: within(2 * (e.clientX - box.left) / box.width - 1), y: within(1 - 2 * (e.clientY - box.top) / box.height)};
  put();
}
element.addEventListener('pointerdown', e => { if (!e.target.closest('.ge-pad')) return; held = true; pad().setPointerCapture(e.pointerId); move(e); tell(); e.preventDefault(); pad().focus(); });
element.addEventListener('pointermove', e => { if (held) { move(e); tell(); } });
element.addEventListener('pointerup', () => { if (held) { held = false; tell(true); } });
element.addEventListener('keydown', e => {
  const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[e.key];
  if (!step || !e.target.closest('.ge-pad')) return;
  e.preventDefault();
  at = {x: Math.max(-1, Math.min(1, at.x + .1 * step[0])), y: Math.max(-1, Math.min(1, at.y + .1 * step[1]))};
  put(); tell();
});
watch('value', () => {
  const v = props.value || {};
  element.querySelector('.ge-pad img').src = v.back || '';
  pad().setAttribute('aria-label', v.label || '');
  if (!held) { at = {x: v.x || 0, y: v.y || 0}; put(); }
});
