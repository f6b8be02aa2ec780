// Turning slowly by itself, for shop windows and embeddings that ask for it: /s/shop?autorotate=3 (degrees per second, to
// the right), or as Pannellum says it, /s/shop#autoRotate=-3.
// Whoever takes hold, by hand or by keyboard, ends it; those who asked for less motion never see it begin.

const AFTER_MS = 1500;
const FASTEST = 30;

/** What the address asks for, in degrees per second; 0 where it asks for nothing. */
export function asked(search, fragment) {
  const ours = new URLSearchParams(search).get('autorotate');
  // Pannellum's positive speeds turn to the left.
  const speed = ours === null ? -Number(new URLSearchParams(fragment.slice(1)).get('autoRotate')) : Number(ours);
  return Number.isFinite(speed) ? Math.max(-FASTEST, Math.min(FASTEST, speed)) : 0;
}

/** Begins it. */
export class AutoRotation {
  constructor(page) {
    const speed = asked(location.search, page.arrivedWith);
    if (!speed || page.touched) return;
    const timer = setTimeout(() => page.viewer.auto_rotate(speed), AFTER_MS);
    for (const sign of ['pointerdown', 'wheel', 'keydown']) {
      addEventListener(sign, () => { clearTimeout(timer); page.viewer.auto_rotate(0); }, { once: true, passive: true });
    }
  }
}
