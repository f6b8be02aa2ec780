// Gets tiles and previews for the viewer and decodes them outside WebAssembly's memory, which never shrinks.

const RETRY_AFTER_MS = [400, 1600];

const pause = (ms, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
});

// `fetch` of a data: URL falls under connect-src, so the preview is unpacked by hand.
function unpack(url) {
  const [head, body] = [url.slice(5, url.indexOf(',')), url.slice(url.indexOf(',') + 1)];
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: head.split(';')[0] });
}

async function load(url, signal) {
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
    }
    if (attempt === RETRY_AFTER_MS.length) throw fault;
    await pause(RETRY_AFTER_MS[attempt], signal);
  }
}

/** The requests under way. */
export class Pictures {
  /** `deliver(id, bitmap)`; without a bitmap when it failed for good. */
  constructor(deliver) {
    this.deliver = deliver;
    this.underWay = new Map();
  }

  fetch(id, url) {
    const control = new AbortController();
    this.underWay.set(id, control);
    load(url, control.signal)
      .then((blob) => createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' }))
      .then((bitmap) => (control.signal.aborted ? bitmap.close() : this.deliver(id, bitmap)))
      .catch(() => { if (!control.signal.aborted) this.deliver(id, undefined); })
      .finally(() => this.underWay.delete(id));
  }

  abort(id) {
    this.underWay.get(id)?.abort();
  }
}
