// Counts of a visit, without names: what was seen, for how long, what was chosen. Nothing is sent for shoppers whose
// browser says that they do not want to be counted.

const ADDRESS = '/api/v1/events';
const KEPT = 'vitrine.events';
const SEND_AFTER_MS = 4000;
const RETRY_AFTER_MS = 15000;
const MOST_EVENTS = 100;
const MOST_BATCHES = 10;

const refused = () => navigator.globalPrivacyControl === true || navigator.doNotTrack === '1' || window.doNotTrack === '1';

function campaign() {
  const query = new URLSearchParams(location.search);
  const found = ['source', 'medium', 'campaign', 'term', 'content']
    .map((name) => [name, query.get(`utm_${name}`)?.slice(0, 200)]).filter(([, value]) => value);
  return found.length ? Object.fromEntries(found) : null;
}

/** The events of this visit. */
export class Events {
  /**
   * Nothing is counted in a draft. What is not sent yet is kept for the next page of this tab where it `keeps`; frames of
   * one page share what is kept, so that they keep nothing.
   */
  constructor(store, revision, { isDraft, keeps }) {
    this.refused = isDraft || refused();
    this.keeps = keeps;
    this.store = store;
    this.revision = revision;
    this.referrer = document.referrer.slice(0, 500) || null;
    this.utm = campaign();
    // The one that is being filled.
    this.batch = null;
    this.batches = [];
    this.timer = 0;
    this.sending = false;
    this.scene = null;
    this.paused = null;
    this.since = 0;
    this.notBefore = 0;
    if (this.refused) return;
    this.recall();
    document.addEventListener('visibilitychange', () => (document.hidden ? this.pause() : this.resume()));
    addEventListener('pagehide', () => this.leave());
    addEventListener('online', () => {
      this.notBefore = 0;
      this.send();
    });
    if (this.batches.length) this.later(0);
  }

  /** Something happened. */
  add(event) {
    if (this.refused) return;
    this.batch ??= { id: crypto.randomUUID?.() ?? uuid(), store: this.store, revision: this.revision, events: [] };
    this.batch.events.push({ ...event, at: Date.now() });
    if (this.batch.events.length >= MOST_EVENTS) this.close();
    this.keep();
    this.later(SEND_AFTER_MS);
  }

  /** Another scene is on the screen. */
  enter(scene) {
    this.leaveScene();
    this.add({ type: 'sceneView', scene });
    this.scene = scene;
    this.since = performance.now();
  }

  leaveScene() {
    const seconds = (performance.now() - this.since) / 1000;
    if (this.scene && seconds >= 0.1) this.add({ type: 'sceneTime', scene: this.scene, seconds: Math.round(seconds * 10) / 10 });
    this.since = performance.now();
  }

  pause() {
    this.stopClock();
    this.send();
  }

  // Nobody looks: the time of the scene is counted up to here.
  stopClock() {
    this.leaveScene();
    this.paused = this.scene ?? this.paused;
    this.scene = null;
  }

  resume() {
    if (this.batches.length) this.later(0);
    this.scene = this.scene ?? this.paused;
    this.since = performance.now();
  }

  leave() {
    // A page that comes back from the browser's cache goes on counting.
    this.stopClock();
    this.close();
    // Nobody hears whether a beacon arrived: what it carries is kept, and counted once however often it is sent.
    for (const batch of this.batches) navigator.sendBeacon(ADDRESS, this.body(batch));
    this.keep();
  }

  close() {
    if (!this.batch) return;
    this.batches = [...this.batches, this.batch].slice(-MOST_BATCHES);
    this.batch = null;
  }

  body(batch) {
    const now = Date.now();
    return JSON.stringify({
      batch: batch.id,
      store: batch.store,
      revision: batch.revision,
      page: {
        language: document.documentElement.lang,
        viewport: { width: innerWidth, height: innerHeight },
        referrer: this.referrer,
        utm: this.utm,
      },
      // How long ago, not when: the clocks of phones are wrong.
      events: batch.events.map(({ at, ...event }) => ({ ...event, agoMs: Math.max(0, now - at) })),
    });
  }

  later(ms) {
    const wait = Math.max(ms, this.notBefore - performance.now());
    if (!this.timer) this.timer = setTimeout(() => { this.timer = 0; this.send(); }, wait);
  }

  async send() {
    if (this.sending) return;
    if (performance.now() < this.notBefore) {
      this.later(0);
      return;
    }
    this.close();
    this.keep();
    this.sending = true;
    try {
      while (this.batches.length) {
        const batch = this.batches[0];
        const response = await fetch(ADDRESS, {
          method: 'POST', keepalive: true, credentials: 'same-origin',
          headers: { 'Content-Type': 'application/json' }, body: this.body(batch),
        });
        // Accepted, or refused for good: asking again would not help.
        const done = response.ok || (response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429);
        if (!done) {
          this.putOff(Number(response.headers.get('Retry-After')) * 1000);
          return;
        }
        this.batches = this.batches.filter((other) => other.id !== batch.id);
        this.keep();
      }
    } catch {
      this.putOff(0);
    } finally {
      this.sending = false;
    }
  }

  // Not sooner than the server asked for, and not all phones of a shop at once.
  putOff(ms) {
    this.notBefore = performance.now() + Math.max(ms || 0, RETRY_AFTER_MS) * (1 + Math.random() / 2);
    this.later(0);
  }

  // A reload, or a page closed too quickly, loses nothing.
  keep() {
    if (!this.keeps) return;
    try {
      const kept = this.batch ? [...this.batches, this.batch] : this.batches;
      if (kept.length) sessionStorage.setItem(KEPT, JSON.stringify(kept));
      else sessionStorage.removeItem(KEPT);
    } catch {
      // Without storage they live as long as the page.
    }
  }

  recall() {
    if (!this.keeps) return;
    try {
      this.batches = JSON.parse(sessionStorage.getItem(KEPT) ?? '[]');
    } catch {
      this.batches = [];
    }
  }
}

// `crypto.randomUUID` is there only in secure contexts; a shop's own network may be plain http.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
