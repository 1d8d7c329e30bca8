// A matrix whose cells say what they are: pointed at, touched, or by the arrow keys. Runs as `js_on_load` of a gr.HTML.
function tell(cell) {
  const grid = cell && cell.closest('.emb-matrix');
  if (!grid) return;
  grid.querySelectorAll('.emb-at').forEach(o => o.classList.remove('emb-at'));
  cell.classList.add('emb-at');
  grid.nextElementSibling.textContent = cell.title;
}
element.addEventListener('click', e => tell(e.target.closest('[data-cell]')));
element.addEventListener('pointerover', e => { if (e.pointerType === 'mouse') tell(e.target.closest('[data-cell]')); });
element.addEventListener('keydown', e => {
  const move = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[e.key];
  const grid = e.target.closest('.emb-matrix');
  if (!move || !grid) return;
  e.preventDefault();
  const at = grid.querySelector('.emb-at');
  const [r, c] = at ? at.dataset.cell.split(',').map((v, i) => +v + move[i]) : [0, 0];
  tell(grid.querySelector(`[data-cell="${r},${c}"]`));
});
