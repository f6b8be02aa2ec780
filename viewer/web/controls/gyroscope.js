// Turning the phone turns the view. Apple's phones ask first, and only within a click; what the angles mean is the
// viewer's business (viewer/src/camera/orientation.rs).

// A device that has told nothing by then has no sensors, or hides them.
const SILENT_MS = 1500;

/** The button, and the sensor while it is pressed. */
export class Gyroscope {
  constructor(page, button) {
    Object.assign(this, { page, button, on: false, asking: false, silent: 0 });
    page.stage.ownerDocument.addEventListener('visibilitychange', () => { if (document.hidden) this.forget(); });
  }

  async use() {
    if (this.on) return this.stop();
    if (this.asking || !(await this.allowed())) return;
    this.on = true;
    this.button.setAttribute('aria-pressed', 'true');
    addEventListener('deviceorientation', this.turned);
    this.silent = setTimeout(() => {
      this.stop();
      this.button.hidden = true;
      this.page.say(this.page.language.t('gyroscope.missing'), true);
    }, SILENT_MS);
  }

  // Whether the shopper lets the page read the sensors; where they do not, they are told why.
  async allowed() {
    const ask = DeviceOrientationEvent.requestPermission;
    if (!ask) return true;
    // The click may be long ago where this file came only then.
    const isClick = navigator.userActivation?.isActive ?? true;
    this.asking = true;
    const answer = await ask.call(DeviceOrientationEvent).catch(() => 'refused');
    this.asking = false;
    if (answer === 'granted') return true;
    this.page.say(this.page.language.t(answer === 'refused' && !isClick ? 'gyroscope.again' : 'gyroscope.denied'), true);
    return false;
  }

  turned = ({ alpha, beta, gamma }) => {
    if (alpha === null || beta === null || gamma === null) return;
    clearTimeout(this.silent);
    this.page.viewer.orient(alpha, beta, gamma, screen.orientation?.angle ?? window.orientation ?? 0);
  };

  // Whatever happened in between is no turn of the view.
  forget() {
    this.page.viewer.orient(NaN, NaN, NaN, NaN);
  }

  stop() {
    this.on = false;
    clearTimeout(this.silent);
    removeEventListener('deviceorientation', this.turned);
    this.button.setAttribute('aria-pressed', 'false');
    this.forget();
  }
}
