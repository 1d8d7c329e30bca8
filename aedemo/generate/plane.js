// The plane of a two-dimensional code: decoded places behind, a dot for each digit. Runs as `js_on_load` of a gr.HTML.
// props.value: {codes: base64 of x, y, x, y … as 16-bit numbers, -1000 to 1000 across the plane, names: a digit for each, back: data URI, label}
const COLOURS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f', '#bcbd22', '#17becf'];
let back = null, due = false, places = new Int16Array(0);
function frame() {
  due = false;
  const c = element.querySelector('canvas'), v = props.value;
  if (!c || !v || !c.clientWidth) return;
  const side = Math.round(c.clientWidth * (window.devicePixelRatio || 1));
  if (c.width !== side) { c.width = side; c.height = side; }
  const pen = c.getContext('2d');
  pen.clearRect(0, 0, side, side);
  if (back && back.complete && back.naturalWidth) { pen.globalAlpha = .38; pen.drawImage(back, 0, 0, side, side); pen.globalAlpha = 1; }
  const r = Math.max(1.6, side / 260);
  for (let i = 0; i < places.length / 2; i++) {
    const x = places[2 * i], y = places[2 * i + 1];
    pen.fillStyle = COLOURS[v.names[i]]; pen.beginPath();
    pen.arc(side / 2 * (1 + x / 1000), side / 2 * (1 - y / 1000), r, 0, 7); pen.fill();
  }
  c.dataset.count = places.length / 2; c.setAttribute('aria-label', v.label || '');
}
function draw() { if (!due) { due = true; requestAnimationFrame(frame); } }
function fresh() {
  const v = props.value || {};
  places = new Int16Array(Uint8Array.from(atob(v.codes || ''), c => c.charCodeAt(0)).buffer);
  if (v.back) { back = new Image(); back.onload = draw; back.src = v.back; }
  const key = element.querySelector('.ge-key');
  if (!key.childElementCount) COLOURS.forEach((colour, i) => {
    const b = document.createElement('b'); b.textContent = i; b.style.background = colour; key.append(b);
  });
  draw();
}
new ResizeObserver(draw).observe(element);
watch('value', fresh);
