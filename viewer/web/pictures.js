// Gets tiles and previews for the viewer and decodes them outside WebAssembly's memory, which never shrinks.

const RETRY_AFTER_MS = [400, 1600];
// What failed is asked for again after a while: a server that restarts is back in seconds.
const AGAIN_AFTER_MS = 5000;
const AGAIN_AT_MOST_MS = 80000;

// `fetch` of a data: URL falls under connect-src, so the preview is unpacked by hand.
function unpack(url) {
  const [head, body] = [url.slice(5, url.indexOf(',')), url.slice(url.indexOf(',') + 1)];
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: head.split(';')[0] });
}

const decode = (blob) => createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });

async function early(url, signal) {
  if (url.startsWith('data:')) return unpack(url);
  const response = await fetch(url, { signal, credentials: 'same-origin', priority: 'low' });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.blob();
}

/** Pictures that will be asked for, got and decoded while the viewer is still being made. */
export class Ahead {
  constructor() {
    this.found = new Map();
  }

  /** Gets these. */
  get(urls) {
    for (const url of urls) {
      const control = new AbortController();
      const bitmap = early(url, control.signal).then(decode);
      // Who wants it asks again, and learns why.
      bitmap.catch(() => this.found.delete(url));
      this.found.set(url, { bitmap, control });
    }
  }

  /** The picture that is coming and what stops it, once; undefined where it was not asked for. */
  take(url) {
    const coming = this.found.get(url);
    this.found.delete(url);
    return coming;
  }

  /** What nobody asked for by now is not kept. */
  drop() {
    for (const { bitmap, control } of this.found.values()) {
      control.abort();
      bitmap.then((bitmap) => bitmap.close(), () => {});
    }
    this.found.clear();
  }
}

/** The requests under way. */
export class Pictures {
  /**
   * `deliver(id, bitmap)`, without a bitmap when it failed; `again()`, some time after something failed; `missing()`, when
   * there is no way to the server any more, until it was told to the shopper: whether it was.
   */
  constructor(ahead, { deliver, again, missing }) {
    this.ahead = ahead;
    this.deliver = deliver;
    this.again = again;
    this.missing = missing;
    this.isMissing = false;
    this.pause = AGAIN_AFTER_MS;
    this.timer = 0;
    this.underWay = new Map();
    this.waiting = new Set();
  }

  fetch(id, url) {
    const { bitmap, control } = this.ahead.take(url) ?? { control: new AbortController() };
    this.underWay.set(id, control);
    Promise.resolve(bitmap).catch(() => undefined)
      .then((bitmap) => bitmap ?? this.load(url, control.signal).then(decode))
      .then((bitmap) => (control.signal.aborted ? bitmap.close() : this.arrived(id, bitmap, url)))
      .catch(() => { if (!control.signal.aborted) this.failed(id); })
      .finally(() => this.underWay.delete(id));
  }

  async load(url, signal) {
    if (url.startsWith('data:')) return unpack(url);
    for (let attempt = 0; ; attempt++) {
      let fault;
      try {
        const response = await fetch(url, { signal, credentials: 'same-origin' });
        if (response.ok) return await response.blob();
        fault = new Error(`${url}: ${response.status}`);
        if (response.status < 500 && response.status !== 429) throw fault;
      } catch (error) {
        if (signal.aborted || error === fault) throw error;
        fault = error;
        // Whoever has no network at all need not wait for the last attempt to hear of it.
        if (navigator.onLine === false || attempt === RETRY_AFTER_MS.length) this.miss();
      }
      if (attempt === RETRY_AFTER_MS.length) throw fault;
      await this.patience(RETRY_AFTER_MS[attempt], signal);
    }
  }

  // Waits, unless someone knows that it is worth trying now.
  patience(ms, signal) {
    return new Promise((resolve, reject) => {
      const end = (answer) => () => {
        clearTimeout(timer);
        this.waiting.delete(now);
        answer(signal.reason);
      };
      const now = end(resolve);
      // Not all phones of a shop at once.
      const timer = setTimeout(now, ms * (1 + Math.random() / 2));
      this.waiting.add(now);
      signal.addEventListener('abort', end(reject), { once: true });
    });
  }

  /** The network is back: who waits tries at once, and what failed is worth asking for again soon. */
  hurry() {
    this.pause = AGAIN_AFTER_MS;
    clearTimeout(this.timer);
    this.timer = 0;
    for (const now of [...this.waiting]) now();
  }

  miss() {
    this.isMissing ||= this.missing();
  }

  arrived(id, bitmap, url) {
    // A preview is in the document and says nothing about the network.
    if (!url.startsWith('data:')) {
      this.pause = AGAIN_AFTER_MS;
      this.isMissing = false;
    }
    this.deliver(id, bitmap);
  }

  failed(id) {
    this.deliver(id, undefined);
    if (this.timer) return;
    this.timer = setTimeout(() => { this.timer = 0; this.again(); }, this.pause);
    this.pause = Math.min(2 * this.pause, AGAIN_AT_MOST_MS);
  }

  abort(id) {
    this.underWay.get(id)?.abort();
  }
}
