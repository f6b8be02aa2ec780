// Pointers, wheel and keys on their way to the viewer.

const [DOWN, MOVE, UP, CANCEL] = [0, 1, 2, 3];
// A press that wanders farther is a drag, also when it began on a marker: the marker is not clicked then.
const DRAG_PX = 8;

/** How far a wheel was turned, pixels: it tells pixels, lines or pages. */
export const wheeled = (event) => event.deltaY * [1, 33, 400][event.deltaMode];

/** Forwards input on `stage`. `touched` is called at the first sign of interest. */
export function connect(stage, viewer, touched) {
  const pressed = new Map();
  const place = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const tell = (event, phase) => viewer.pointer(event.pointerId, phase, ...place(event), event.timeStamp);

  stage.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.target.closest('.plate')) return;
    pressed.set(event.pointerId, [event.clientX, event.clientY]);
    tell(event, DOWN);
    touched();
  });
  stage.addEventListener('pointermove', (event) => {
    const start = pressed.get(event.pointerId);
    if (!start) return;
    if (Math.hypot(event.clientX - start[0], event.clientY - start[1]) > DRAG_PX && !stage.hasPointerCapture(event.pointerId)) {
      stage.setPointerCapture(event.pointerId);
      stage.classList.add('dragging');
    }
    tell(event, MOVE);
  });
  const end = (phase) => (event) => {
    if (!pressed.delete(event.pointerId)) return;
    // A tap on a marker is the marker's; it must not count as one on the picture, or as half of a double tap.
    const isMarkers = phase === UP && !stage.hasPointerCapture(event.pointerId) && event.target.closest('#hotspots, #groups');
    tell(event, isMarkers ? CANCEL : phase);
    if (!pressed.size) stage.classList.remove('dragging');
  };
  stage.addEventListener('pointerup', end(UP));
  stage.addEventListener('pointercancel', end(CANCEL));
  // The mouse may leave before it moved far enough to be captured.
  stage.addEventListener('pointerleave', (event) => { if (!stage.hasPointerCapture(event.pointerId)) end(CANCEL)(event); });

  stage.addEventListener('wheel', (event) => {
    // The page around a frame would stand still under the pointer: there the wheel zooms with Ctrl, and as a pinch.
    if (stage.dataset.embed === 'true' && !document.fullscreenElement && !event.ctrlKey && !event.metaKey) return;
    // A strip of scenes scrolls by itself.
    if (event.target.closest('.plate') && !event.ctrlKey) return;
    event.preventDefault();
    if (!event.deltaY) return;
    // A pinch on a touchpad comes as a wheel with ctrl and small steps.
    viewer.wheel(...place(event), -wheeled(event) / (event.ctrlKey ? 12 : 100));
    touched();
  }, { passive: false });

  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector('dialog[open]') || event.target.closest?.('select, input, textarea, [contenteditable]')) return;
    if (viewer.key(event.key, true)) {
      event.preventDefault();
      touched();
    }
  });
  addEventListener('keyup', (event) => {
    // While it is held, a Mac tells of no other key that goes up.
    if (event.key === 'Meta') viewer.release_keys();
    else viewer.key(event.key, false);
  });
  addEventListener('blur', () => viewer.release_keys());
}
