// The map of all codes on a canvas: pan, zoom, hover, click, keyboard. Runs as `js_on_load` of a gr.HTML.
// props.value: {points: [[x, y]], from -1 to 1, fill: [colour], size: [px], names: [text], sprite, stamp, columns, label, hint}
// Point i is code i, in whatever colours and wherever it lies: nothing here ever sorts.
const view = {x: 0, y: 0, zoom: 1};
let hovered = -1, picked = -1, sprite = null, due = false, drag = null;
const canvas = () => element.querySelector('canvas');
const tip = () => element.querySelector('.cb-tip');
const given = () => props.value || {points: []};

function place(i) { // of point i, in CSS pixels of the canvas
  const c = canvas(), [x, y] = given().points[i], half = Math.min(c.clientWidth, c.clientHeight) / 2 * 0.92;
  return [c.clientWidth / 2 + (x * half + view.x) * view.zoom, c.clientHeight / 2 + (-y * half + view.y) * view.zoom];
}

function frame() {
  due = false;
  const c = canvas(), v = given();
  if (!c || !c.clientWidth) return;
  const dense = window.devicePixelRatio || 1;
  if (c.width !== Math.round(c.clientWidth * dense)) { c.width = Math.round(c.clientWidth * dense); c.height = Math.round(c.clientHeight * dense); }
  const pen = c.getContext('2d');
  pen.setTransform(dense, 0, 0, dense, 0, 0);
  pen.clearRect(0, 0, c.clientWidth, c.clientHeight);
  pen.imageSmoothingEnabled = false;
  const grow = Math.sqrt(view.zoom), stamps = v.sprite && sprite && sprite.complete && sprite.naturalWidth;
  for (let i = 0; i < v.points.length; i++) {
    const [x, y] = place(i), r = v.size[i] * grow;
    if (x < -r || y < -r || x > c.clientWidth + r || y > c.clientHeight + r) continue;
    pen.fillStyle = v.fill[i];
    if (stamps) {
      pen.fillRect(x - r - 2, y - r - 2, 2 * r + 4, 2 * r + 4);
      pen.drawImage(sprite, i % v.columns * v.stamp, Math.floor(i / v.columns) * v.stamp, v.stamp, v.stamp, x - r, y - r, 2 * r, 2 * r);
    } else { pen.beginPath(); pen.arc(x, y, r, 0, 7); pen.fill(); }
  }
  for (const [i, colour, width] of [[hovered, '#e8710a', 2], [picked, '#2f6fed', 4]]) {
    if (!(v.points[i])) continue;
    const [x, y] = place(i), r = v.size[i] * grow + 5;
    pen.strokeStyle = colour; pen.lineWidth = width; pen.beginPath(); pen.arc(x, y, r * (stamps ? 1.3 : 1), 0, 7); pen.stroke();
  }
  c.dataset.picked = picked; c.dataset.hovered = hovered; c.dataset.count = v.points.length;
}

function draw() { if (!due) { due = true; requestAnimationFrame(frame); } }

function fresh() { // a new value: other points, colours or pictures
  const v = given(), c = canvas();
  if (!c) return;
  if (v.sprite) { if (!sprite || sprite.src !== v.sprite) { sprite = new Image(); sprite.onload = draw; sprite.src = v.sprite; } } else sprite = null;
  if (v.picked !== undefined) picked = v.picked;
  if (hovered >= v.points.length) hovered = -1;
  c.setAttribute('aria-label', v.label || '');
  if (v.hint) tip().textContent = v.hint;
  c.place = place; c.frame = frame; // for tests and the benchmark
  draw();
}

function under(event) { // the point under a pointer, or -1
  const box = canvas().getBoundingClientRect(), px = event.clientX - box.left, py = event.clientY - box.top;
  let best = -1, least = 18 ** 2;
  given().points.forEach((_, i) => { const [x, y] = place(i), d = (x - px) ** 2 + (y - py) ** 2; if (d < least) { least = d; best = i; } });
  return best;
}

function hover(i, tell = true) {
  if (i === hovered) return;
  hovered = i;
  const v = given();
  tip().textContent = v.points[i] ? v.names[i] : (v.hint || '');
  if (tell) window.dispatchEvent(new CustomEvent('ae-code', {detail: {code: i, from: 'map'}}));
  draw();
}

function pick(i) { picked = i; draw(); trigger('select', {index: i}); }

function zoom(factor, px, py) {
  const c = canvas(), to = Math.min(40, Math.max(0.7, view.zoom * factor));
  const dx = px - c.clientWidth / 2, dy = py - c.clientHeight / 2;
  view.x += dx / to - dx / view.zoom; view.y += dy / to - dy / view.zoom; view.zoom = to;
  draw();
}

const inside = event => event.target === canvas();
element.addEventListener('pointerdown', e => {
  if (!inside(e)) return;
  drag = {x: e.clientX, y: e.clientY, far: false}; canvas().setPointerCapture(e.pointerId);
});
element.addEventListener('pointermove', e => {
  if (!inside(e)) return;
  if (!drag) return hover(under(e));
  const dx = e.clientX - drag.x, dy = e.clientY - drag.y;
  if (!drag.far && Math.hypot(dx, dy) < 4) return;
  view.x += dx / view.zoom; view.y += dy / view.zoom; drag = {x: e.clientX, y: e.clientY, far: true}; draw();
});
element.addEventListener('pointerup', e => {
  if (!inside(e)) return;
  const click = drag && !drag.far; drag = null;
  const i = click ? under(e) : -1;
  if (i >= 0) pick(i);
});
element.addEventListener('pointerleave', () => hover(-1));
element.addEventListener('dblclick', e => { if (inside(e)) zoom(2, e.offsetX, e.offsetY); });
element.addEventListener('wheel', e => { if (inside(e)) { e.preventDefault(); zoom(Math.exp(-e.deltaY / 400), e.offsetX, e.offsetY); } }, {passive: false});
element.addEventListener('keydown', e => {
  const c = canvas(), v = given();
  if (!inside(e) || !v.points.length) return;
  const way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[e.key];
  if (way) { // the nearest point that way, what is off the axis counting double
    const from = hovered >= 0 ? hovered : Math.max(picked, 0), [x, y] = place(from);
    let best = from, least = Infinity;
    v.points.forEach((_, i) => {
      const [a, b] = place(i), along = (a - x) * way[0] + (b - y) * way[1], off = Math.abs((a - x) * way[1]) + Math.abs((b - y) * way[0]);
      if (i !== from && along > 0.5 && along + 2 * off < least) { least = along + 2 * off; best = i; }
    });
    hover(best);
  } else if ((e.key === 'Enter' || e.key === ' ') && hovered >= 0) pick(hovered);
  else if (e.key === '+' || e.key === '=') zoom(1.4, c.clientWidth / 2, c.clientHeight / 2);
  else if (e.key === '-') zoom(1 / 1.4, c.clientWidth / 2, c.clientHeight / 2);
  else if (e.key === '0' || e.key === 'Home') { Object.assign(view, {x: 0, y: 0, zoom: 1}); draw(); }
  else return;
  e.preventDefault();
});
window.addEventListener('ae-code', e => { if (e.detail.from !== 'map') hover(e.detail.code, false); });
window.addEventListener('ae-card', e => { picked = e.detail.code; draw(); });
new ResizeObserver(draw).observe(element); // a hidden tab has no size: drawn when it is opened
watch('value', fresh);
fresh();
