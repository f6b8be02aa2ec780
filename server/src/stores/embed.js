// <vitrine-store src="https://shop.example/s/demo">: a walkable store in a page of another site. The shop's own pages run
// in a frame, apart from this page; the two talk by messages whose origin both check. How to use it: docs/embedding.md.
// Nothing is left in the page beside the element.
(() => {
  const NAME = 'vitrine-store';
  if (customElements.get(NAME)) return;

  const PROTOCOL = 1;
  // What the store may ask the visitor for; nothing else of the device is its business.
  const ALLOW = ['accelerometer', 'autoplay', 'fullscreen', 'gyroscope', 'magnetometer', 'xr-spatial-tracking'];
  // Links to other sites open in windows of their own; the store cannot take this page elsewhere.
  const SANDBOX = 'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms';
  const EVENTS = new Set(['ready', 'scenechange', 'viewchange', 'hotspotclick', 'productopen']);
  const VIEW = ['yaw', 'pitch', 'fov'];
  // How far off the screen a store begins to load.
  const NEAR = '300px';
  const WORDS = {
    en: { label: '360° store', enter: 'Walk in', colon: ': ' },
    zh: { label: '360° 商店', enter: '進店逛逛', colon: '：' },
  };

  const STYLE = new CSSStyleSheet();
  STYLE.replaceSync(`
    :host { display: block; position: relative; width: 100%; aspect-ratio: 16 / 9; min-height: 280px; overflow: hidden; background: #0e0f11; }
    :host([hidden]) { display: none; }
    iframe, .poster, .poster img { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; display: block; }
    .poster { padding: 0; margin: 0; background: none; cursor: pointer; transition: opacity 0.3s ease; font: 600 16px/1.2 system-ui, sans-serif; }
    .poster img { object-fit: cover; }
    .poster.waiting { pointer-events: none; }
    .poster.gone { opacity: 0; }
    .enter { position: absolute; left: 50%; top: 50%; transform: translate(-50%, -50%); padding: 14px 24px; border-radius: 26px;
      background: rgb(255 255 255 / 0.94); color: #16181a; box-shadow: 0 6px 24px rgb(0 0 0 / 0.28); }
    .waiting .enter { display: none; }
    .poster:hover .enter { background: #fff; }
    .poster:focus-visible { outline: 3px solid #fff; outline-offset: -6px; box-shadow: inset 0 0 0 6px #0b57d0; }
    @media (prefers-reduced-motion: reduce) { .poster { transition: none; } }
  `);

  // The store's address: /s/{slug}, whatever of it was given.
  function address(src, base) {
    try {
      const url = new URL(src, base);
      const [, store] = url.pathname.match(/^(\/s\/[a-z0-9-]+)(?:\/(?:embed|list)?)?$/) ?? [];
      return store && /^https?:$/.test(url.protocol) ? new URL(store, url.origin) : null;
    } catch {
      return null;
    }
  }

  const number = (value) => (value === null || value === '' || !Number.isFinite(Number(value)) ? undefined : Number(value));

  // What is left of a view that a page asks for: angles that are there.
  function viewOf(view) {
    const angles = VIEW.map((name) => [name, number(view?.[name] ?? null)]).filter(([, angle]) => angle !== undefined);
    return angles.length ? Object.fromEntries(angles) : undefined;
  }

  class VitrineStore extends HTMLElement {
    static observedAttributes = ['src', 'lang', 'label', 'poster-only', 'scene', ...VIEW];

    #root = this.attachShadow({ mode: 'closed' });
    #store = null;
    #frame = null;
    #poster = null;
    #near = null;
    #isPlaced = false;
    #isConnected = false;
    #calls = new Map();
    #waiting = [];
    #last = 0;
    #place = null;
    #changed = null;
    #hear = (event) => this.#message(event);

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [STYLE];
    }

    /** Whether the store itself is there, and not only its poster. */
    get loaded() {
      return this.#frame !== null;
    }

    /** Loads the store now, whether or not anybody is near. */
    load() {
      if (this.#frame || !this.#store || !this.#isPlaced) return;
      this.#near?.disconnect();
      const frame = document.createElement('iframe');
      frame.allow = ALLOW.join('; ');
      frame.setAttribute('sandbox', SANDBOX);
      frame.referrerPolicy = 'strict-origin-when-cross-origin';
      frame.src = this.#frameAddress();
      // By then there is something to see in the frame, be it the list for browsers that cannot draw.
      frame.addEventListener('load', () => this.#dropPoster());
      this.#frame = frame;
      this.#name();
      this.#poster?.classList.add('waiting');
      this.#root.prepend(frame);
    }

    /** Walks to a scene; with a view, or with the heading that is kept. Resolves when the scene is there. */
    goTo(scene, view) {
      return this.#call('goTo', { scene: String(scene), view: viewOf(view) });
    }

    /** Turns to a view of the scene: degrees, each of them may be left out. */
    setView(view) {
      return this.#call('setView', { view: viewOf(view) });
    }

    /** Where the visitor is: `{ scene, view: { yaw, pitch, fov }, language }`. */
    getState() {
      return this.#call('getState', {});
    }

    connectedCallback() {
      this.#isPlaced = true;
      addEventListener('message', this.#hear);
      this.#build();
    }

    disconnectedCallback() {
      this.#isPlaced = false;
      removeEventListener('message', this.#hear);
      this.#clear();
    }

    attributeChangedCallback(name, before, after) {
      if (before === after || !this.#isPlaced) return;
      if (name === 'scene' || VIEW.includes(name)) this.#follow(name);
      else if (name === 'lang' && this.#frame) this.#speak();
      else if (name === 'label') this.#name();
      else if (name !== 'poster-only' || !this.#frame) this.#build();
    }

    get #words() {
      const lang = this.getAttribute('lang') ?? this.closest('[lang]')?.getAttribute('lang') ?? navigator.language;
      return lang.toLowerCase().startsWith('zh') ? WORDS.zh : WORDS.en;
    }

    get #wanted() {
      return viewOf(Object.fromEntries(VIEW.map((name) => [name, this.getAttribute(name)])));
    }

    // An attribute that was changed while the store is there moves the visitor; several that are set one after another do
    // so together.
    #follow(name) {
      if (!this.#frame) return;
      if (!this.#changed) queueMicrotask(() => this.#move());
      this.#changed ??= new Set();
      this.#changed.add(name);
    }

    #move() {
      const hasScene = this.#changed.has('scene');
      this.#changed = null;
      if (!this.#frame) return;
      const scene = this.getAttribute('scene');
      const moved = hasScene && scene ? this.goTo(scene, this.#wanted) : this.setView(this.#wanted);
      moved.catch((error) => console.warn(`${NAME}:`, error.message));
    }

    #name() {
      const label = this.getAttribute('label') ?? this.#words.label;
      if (this.#frame) this.#frame.title = label;
      this.#poster?.setAttribute('aria-label', `${label}${this.#words.colon}${this.#words.enter}`);
    }

    // In another language the store begins where the visitor is.
    async #speak() {
      const lang = this.getAttribute('lang');
      const place = await this.getState().catch(() => null);
      // Meanwhile it was taken out, or another language was asked for.
      if (!this.#isPlaced || this.getAttribute('lang') !== lang) return;
      this.#place = place;
      this.#build();
      this.load();
    }

    #build() {
      this.#clear();
      this.#store = address(this.getAttribute('src') ?? '', this.baseURI);
      if (!this.#store) {
        console.error(`${NAME}: src must be a store's address, such as https://shop.example/s/demo`);
        return;
      }
      this.#showPoster();
      if (this.hasAttribute('poster-only')) return;
      this.#poster.classList.add('waiting');
      this.#near = new IntersectionObserver((entries) => entries.at(-1).isIntersecting && this.load(), { rootMargin: NEAR });
      this.#near.observe(this);
    }

    #clear() {
      this.#near?.disconnect();
      this.#root.replaceChildren();
      [this.#frame, this.#poster, this.#near, this.#isConnected, this.#waiting] = [null, null, null, false, []];
      for (const { reject } of this.#calls.values()) reject(new Error('the store was taken out of the page'));
      this.#calls.clear();
    }

    #showPoster() {
      const poster = document.createElement('button');
      poster.type = 'button';
      poster.className = 'poster';
      poster.part = 'poster';
      const url = new URL(`${this.#store.pathname}/poster.jpg`, this.#store);
      if (this.getAttribute('scene')) url.searchParams.set('scene', this.getAttribute('scene'));
      if (this.clientHeight > this.clientWidth) url.searchParams.set('shape', 'portrait');
      const picture = document.createElement('img');
      Object.assign(picture, { alt: '', decoding: 'async', loading: 'lazy', referrerPolicy: 'strict-origin-when-cross-origin' });
      picture.addEventListener('error', () => picture.remove());
      picture.src = url.href;
      const enter = document.createElement('span');
      enter.className = 'enter';
      enter.part = 'enter';
      enter.textContent = this.#words.enter;
      poster.append(picture, enter);
      poster.addEventListener('click', () => {
        this.load();
        this.#frame?.focus();
      });
      this.#poster = poster;
      this.#name();
      this.#root.append(poster);
    }

    #dropPoster() {
      const poster = this.#poster;
      this.#poster = null;
      if (!poster) return;
      poster.classList.add('gone');
      poster.inert = true;
      const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
      if (still) poster.remove();
      else poster.addEventListener('transitionend', () => poster.remove(), { once: true });
    }

    #frameAddress() {
      const url = new URL(`${this.#store.pathname}/embed`, this.#store);
      const lang = this.getAttribute('lang');
      if (lang) url.searchParams.set('lang', lang);
      const { scene, view } = this.#place ?? { scene: this.getAttribute('scene'), view: this.#wanted };
      this.#place = null;
      const place = new URLSearchParams();
      if (scene) place.set('scene', scene);
      for (const [name, angle] of Object.entries(view ?? {})) place.set(name, angle);
      url.hash = place.toString();
      return url.href;
    }

    // Only the shop's own pages get what is said here.
    #post(message) {
      this.#frame?.contentWindow?.postMessage({ vitrine: PROTOCOL, ...message }, this.#store.origin);
    }

    #call(method, values) {
      this.load();
      if (!this.#frame) return Promise.reject(new Error('the store is not in the page'));
      return new Promise((resolve, reject) => {
        const id = (this.#last += 1);
        this.#calls.set(id, { resolve, reject });
        const call = { type: 'call', id, method, ...values };
        if (this.#isConnected) this.#post(call);
        else this.#waiting.push(call);
      });
    }

    #message({ source, origin, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.#store.origin || data?.vitrine !== PROTOCOL) return;
      switch (data.type) {
        case 'hello':
          this.#post({ type: 'connect' });
          break;
        case 'connected':
          this.#isConnected = true;
          for (const call of this.#waiting.splice(0)) this.#post(call);
          break;
        case 'result': {
          const call = this.#calls.get(data.id);
          this.#calls.delete(data.id);
          if (data.error) call?.reject(new Error(data.error));
          else call?.resolve(data.value);
          break;
        }
        default:
          if (EVENTS.has(data.type)) this.dispatchEvent(new CustomEvent(data.type, { detail: data.detail, bubbles: true }));
      }
    }
  }

  customElements.define(NAME, VitrineStore);
})();
