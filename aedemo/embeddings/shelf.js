// Examples to choose from, and sounds to play. Runs as `js_on_load` of the shelf and of what was found, which plays the shelf's sounds.
element.addEventListener('click', e => {
  const play = e.target.closest('[data-play]'), pick = e.target.closest('[data-index]');
  if (play) {
    const sound = play.dataset.sound || document.querySelector(`#embeddings-shelf [data-play="${play.dataset.play}"]`)?.dataset.sound;
    if (window.aeSound) window.aeSound.pause();
    if (sound) { window.aeSound = new Audio(sound); window.aeSound.play().catch(() => {}); }
  } else if (pick) {
    element.querySelectorAll('[aria-pressed=true]').forEach(o => o.setAttribute('aria-pressed', 'false'));
    pick.setAttribute('aria-pressed', 'true');
    trigger('select', {index: +pick.dataset.index});
  }
});
