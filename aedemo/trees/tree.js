// A tree whose nodes are folded (data-mode="fold") or chosen ("choose"), by pointer or keys; and phrases to choose from.
// Runs as `js_on_load` of a gr.HTML. What is folded stays so in other trees of the same words, where they have the node.
const items = svg => [...svg.querySelectorAll('[role=treeitem]')].filter(o => !o.parentElement.closest('.tr-folded'));
const ends = item => item.dataset.span.split(',').map(Number);
const folded = new Set();
let sentence = '';

function parent(item, all) { // nodes come before what is in them: the last one around it is the nearest
  const [b, e] = ends(item);
  return all.filter(o => o !== item && ends(o)[0] <= b && e <= ends(o)[1]).pop();
}

function fold(item, yes) {
  item.classList.toggle('tr-folded', yes);
  item.setAttribute('aria-expanded', !yes);
  folded[yes ? 'add' : 'delete'](item.dataset.span);
}

function act(item) {
  const svg = item.closest('svg');
  if (svg.dataset.mode === 'fold') return fold(item, !item.classList.contains('tr-folded'));
  element.querySelectorAll('[aria-selected=true]').forEach(o => o.setAttribute('aria-selected', 'false'));
  element.querySelectorAll(`[data-span="${item.dataset.span}"]`).forEach(o => o.setAttribute('aria-selected', 'true'));
  trigger('select', {span: item.dataset.span});
}

function go(item) {
  item.closest('svg').querySelectorAll('[tabindex="0"]').forEach(o => o.setAttribute('tabindex', '-1'));
  item.setAttribute('tabindex', '0');
  item.focus({preventScroll: false});
}

element.addEventListener('click', e => {
  const item = e.target.closest('[role=treeitem]'), phrase = e.target.closest('[data-phrase]');
  if (item) { act(item); go(item); } else if (phrase) {
    element.querySelectorAll('[aria-pressed=true]').forEach(o => o.setAttribute('aria-pressed', 'false'));
    phrase.setAttribute('aria-pressed', 'true');
    trigger('select', {phrase: phrase.dataset.phrase});
  }
});
element.addEventListener('keydown', e => {
  const item = e.target.closest('[role=treeitem]');
  if (!item) return;
  const all = items(item.closest('svg')), up = parent(item, all), beside = all.filter(o => parent(o, all) === up).sort((a, b) => ends(a)[0] - ends(b)[0]);
  const to = {
    ArrowUp: up, ArrowDown: all.find(o => parent(o, all) === item), ArrowLeft: beside[beside.indexOf(item) - 1], ArrowRight: beside[beside.indexOf(item) + 1],
    Home: all[0], End: all[all.length - 1],
  };
  if (e.key === 'Enter' || e.key === ' ') act(item);
  else if (e.key in to) { if (to[e.key]) go(to[e.key]); } else return;
  e.preventDefault();
});

function fresh() {
  const now = [...element.querySelectorAll('svg.tr-tree:first-child .tr-words text')].map(o => o.textContent).join(' ');
  if (now !== sentence) folded.clear();
  sentence = now;
  element.querySelectorAll('[aria-expanded]').forEach(o => { if (folded.has(o.dataset.span)) fold(o, true); });
}
watch('value', fresh);
