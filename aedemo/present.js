// Projector mode, by ?present=1: large type, no chrome, and the lecture's steps in a bar; each step is a link of its own.
(() => {
  const steps = STEPS, said = SAID;  // of both languages: filled in by page.py
  const query = new URLSearchParams(location.search);
  if (query.get('present') !== '1') return;
  const language = (query.get('lang') || navigator.language).toLowerCase().startsWith('zh') ? 'zh' : 'en';
  const first = Math.max(0, steps.findIndex(s => s.tab === query.get('tab')));
  const at = Math.min(Math.max((parseInt(query.get('step')) || first + 1) - 1, 0), steps.length - 1);
  const step = steps[at][language], say = said[language];

  const turn = to => { if (steps[to]) location.search = steps[to][language].link; };
  // a document without a state yet: what the first step shows is where the walk begins
  if (!query.get('step')) { turn(at); return; }
  document.documentElement.classList.add('ae-present');

  const made = (kind, text, on = {}) => { const e = document.createElement(kind); e.textContent = text; Object.assign(e, on); return e; };
  const bar = made('section', '', {className: 'ae-steps'});
  bar.setAttribute('aria-label', say.bar);
  const back = made('button', '‹', {type: 'button', title: say.before, disabled: at === 0, onclick: () => turn(at - 1)});
  const next = made('button', '›', {type: 'button', title: say.next, disabled: at === steps.length - 1, onclick: () => turn(at + 1)});
  back.setAttribute('aria-label', say.before); next.setAttribute('aria-label', say.next);
  const told = made('div', '');
  told.append(made('span', `${at + 1} / ${steps.length} · ${step.name}`, {className: 'ae-at'}), made('p', step.shown), made('p', step.question, {className: 'ae-question'}));
  const left = new URLSearchParams(query); ['present', 'step'].forEach(k => left.delete(k));
  const leave = made('a', '×', {href: `?${left}`, title: say.leave});
  leave.setAttribute('aria-label', say.leave);
  bar.append(back, told, next, leave);
  const place = () => document.body.append(bar);
  if (document.body) place(); else addEventListener('DOMContentLoaded', place);

  // what the step is about is brought to the top, and kept there while results come in, until somebody scrolls
  let tries = 80;
  const stop = () => { tries = 0; };
  ['wheel', 'touchstart', 'pointerdown', 'keydown'].forEach(kind => addEventListener(kind, stop, {once: true, passive: true}));
  const watch = setInterval(() => {
    const seen = document.getElementById(steps[at].look);
    if (tries-- <= 0) return clearInterval(watch);
    if (seen && seen.offsetHeight > 40 && Math.abs(seen.getBoundingClientRect().top - 20) > 60) scrollBy({top: seen.getBoundingClientRect().top - 20});
  }, 400);

  const busy = e => e.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT', 'AUDIO', 'VIDEO'].includes(e.tagName)
    || e.closest('[role=slider], [role=application], .cb-cells, .ge-pad, [role=radiogroup], [role=tablist], [role=listbox], canvas, [tabindex="0"]:not(button)');
  addEventListener('keydown', e => {
    if (e.defaultPrevented || e.ctrlKey || e.altKey || e.metaKey || e.shiftKey || busy(e.target)) return;
    const by = {ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1}[e.key];
    if (by) { e.preventDefault(); turn(at + by); }
  });
})();
