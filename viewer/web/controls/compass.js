// The compass: its needle shows north, a click turns there.

const POINTS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'];

/** The nearest of the eight points for a heading in degrees clockwise from north. */
export const point = (heading) => POINTS[Math.round((((heading % 360) + 360) % 360) / 45) % 8];

/** The needle and its words. */
export class Compass {
  constructor(page, button) {
    Object.assign(this, { page, button, needle: button.querySelector('svg') });
    page.addEventListener('frame', () => this.turn());
    for (const change of ['settled', 'words', 'scene']) page.addEventListener(change, () => this.name());
    this.turn();
    this.name();
  }

  // Clockwise from north: yaw 0 of a scene has the heading `north`.
  heading() {
    return (this.page.view?.yaw ?? 0) + (this.page.shown?.north ?? 0);
  }

  use() {
    this.page.viewer.glide(-(this.page.shown.north ?? 0), 0, NaN);
  }

  turn() {
    this.needle.style.transform = `rotate(${(-this.heading()).toFixed(1)}deg)`;
  }

  // In words only when the view rests: nobody wants to hear every degree.
  name() {
    const { language } = this.page;
    const label = language.t('compass.label', { direction: language.t(`compass.${point(this.heading())}`) });
    if (this.button.getAttribute('aria-label') !== label) this.button.setAttribute('aria-label', label);
  }
}
