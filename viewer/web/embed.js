// The store in a page of another site: tells that page what happens here, and does what it asks (docs/embedding.md). Only
// the page around the frame is listened to, and only to its origin is anything told.

const PROTOCOL = 1;
// The view is told so often while it turns.
const VIEW_EVERY_MS = 100;

const ANGLES = ['yaw', 'pitch', 'fov'];

/** The frame's side of the conversation. */
export class Embed {
  /** `page`: the store's page, which tells of `frame`, `scene` and `hotspot`. */
  constructor(page) {
    this.page = page;
    this.host = null;
    this.isReady = page.stage.dataset.state === 'sharp';
    this.viewTimer = 0;
    this.toldView = null;
    addEventListener('message', (event) => this.hear(event));
    page.addEventListener('scene', () => this.tell('scenechange', { scene: page.shown.id, name: this.text(page.shown.name) }));
    page.addEventListener('frame', () => this.viewSoon());
    page.addEventListener('sharp', () => this.ready());
    page.addEventListener('hotspot', ({ detail }) => this.hotspot(detail));
    // The store in its own window begins where the visitor is here.
    for (const change of ['settled', 'words']) page.addEventListener(change, () => this.linkStore());
    this.linkStore();
    // Says nothing but that somebody listens.
    parent.postMessage({ vitrine: PROTOCOL, type: 'hello' }, '*');
  }

  hear({ source, origin, data }) {
    if (source !== parent || data?.vitrine !== PROTOCOL) return;
    if (data.type === 'connect') {
      // A page from a file has no origin that could be named; the frame dies with the page all the same.
      this.host = origin === 'null' ? '*' : origin;
      this.post({ type: 'connected' });
      if (this.isReady) this.tell('ready', this.state());
    } else if (data.type === 'call' && this.host && (origin === this.host || this.host === '*')) {
      this.answer(data);
    }
  }

  post(message) {
    if (this.host) parent.postMessage({ vitrine: PROTOCOL, ...message }, this.host);
  }

  tell(type, detail) {
    this.post({ type, detail });
  }

  async answer({ id, method, ...values }) {
    const methods = { goTo: (asked) => this.goTo(asked), setView: (asked) => this.setView(asked), getState: () => this.state() };
    try {
      if (!Object.hasOwn(methods, method)) throw new Error(`there is no method ${method}`);
      this.post({ type: 'result', id, value: await methods[method](values) });
    } catch (error) {
      this.post({ type: 'result', id, error: error.message });
    }
  }

  goTo({ scene, view }) {
    const { page } = this;
    if (!page.document.scenes.some((other) => other.id === scene)) throw new Error(`no scene ${JSON.stringify(scene)}`);
    this.giveUp?.(new Error('another scene was asked for'));
    if (scene === page.shown?.id) {
      // Also for who set out and wants to stay.
      page.walk(scene);
      return view ? this.setView({ view }) : this.state();
    }
    return new Promise((resolve, reject) => {
      const arrived = () => {
        forget();
        if (page.shown.id !== scene) return reject(new Error(`the shopper went to ${JSON.stringify(page.shown.id)}`));
        // The first frame says how it is seen.
        page.addEventListener('frame', () => resolve({ ...this.state(), scene }), { once: true });
      };
      const forget = () => { page.removeEventListener('scene', arrived); this.giveUp = null; };
      this.giveUp = (error) => { forget(); reject(error); };
      page.addEventListener('scene', arrived);
      // Without a view the heading is kept; what a view leaves out is the scene's own.
      const isThere = page.walk(scene, view && { ...page.openingView(scene), ...this.angles(view) });
      if (!isThere) this.giveUp(new Error(`the scene ${JSON.stringify(scene)} has no panorama`));
    });
  }

  setView({ view }) {
    const { page } = this;
    const { yaw, pitch, fov } = { yaw: NaN, pitch: NaN, fov: NaN, ...this.angles(view) };
    page.viewer.glide(yaw, pitch, fov);
    return this.state();
  }

  angles(view) {
    return Object.fromEntries(ANGLES.filter((name) => Number.isFinite(view?.[name])).map((name) => [name, view[name]]));
  }

  state() {
    const { shown, view, language } = this.page;
    const { yaw, pitch, fov } = view ?? {};
    return { scene: shown?.id ?? null, view: view && { yaw, pitch, fov }, language: language.tag };
  }

  ready() {
    if (this.isReady) return;
    this.isReady = true;
    this.tell('ready', this.state());
  }

  viewSoon() {
    this.viewTimer ||= setTimeout(() => {
      this.viewTimer = 0;
      const state = this.state();
      // Frames are drawn for other reasons too.
      const now = JSON.stringify(state);
      if (now !== this.toldView) this.tell('viewchange', state);
      this.toldView = now;
    }, VIEW_EVERY_MS);
  }

  hotspot({ scene, hotspot }) {
    const label = this.text(hotspot.label);
    const kind = ['link', 'product', 'text', 'image', 'video', 'webLink', 'coupon'].find((name) => hotspot[name]);
    this.tell('hotspotclick', { scene, hotspot: hotspot.id, kind, label });
    const product = hotspot.product && this.page.published.products.find((other) => other.id === hotspot.product.product);
    if (!product) return;
    const { id, sku, price } = product;
    this.tell('productopen', { scene, hotspot: hotspot.id, product: { id, sku, name: this.text(product.name), price: price ?? null } });
  }

  linkStore() {
    const link = document.getElementById('open');
    const store = new URL(link.href);
    store.searchParams.set('lang', this.page.language.tag);
    store.hash = location.hash;
    link.href = store.href;
  }

  text(localized) {
    return this.page.language.text(localized)?.text ?? '';
  }
}
