// The page's own words, and the store's texts in the shopper's language.

const REMEMBERED = 'vitrine.language';

/** The language chosen earlier, or null. */
export function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

/** Words and texts in one language of a store. */
export class Language {
  /** `words`: address and direction of the page's words by language; `languages`: the store's, the first is the fallback. */
  constructor(words, languages) {
    this.places = words;
    this.languages = languages;
    this.tag = languages[0];
    this.words = {};
    this.asked = 0;
  }

  /** Changes to a language. Whether it did: another one may have been asked for meanwhile. */
  async use(tag) {
    const asked = (this.asked += 1);
    // The page may lack words for a store's language: its texts are shown all the same.
    const { url, dir } = this.places[tag] ?? this.places[this.languages[0]] ?? Object.values(this.places)[0];
    const response = await fetch(url, { credentials: 'same-origin' });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    const words = await response.json();
    if (asked !== this.asked) return false;
    this.words = words;
    this.tag = tag;
    document.documentElement.lang = tag;
    document.documentElement.dir = dir;
    for (const element of document.querySelectorAll('[data-t]')) element.textContent = this.t(element.dataset.t);
    for (const element of document.querySelectorAll('[data-t-label]')) element.setAttribute('aria-label', this.t(element.dataset.tLabel));
    return true;
  }

  /** Remembers the language for the next visit. */
  remember() {
    try {
      localStorage.setItem(REMEMBERED, this.tag);
    } catch {
      // A private window forgets, and that is what it is for.
    }
  }

  /** A word of the page, or undefined where it has none. */
  known(key) {
    return this.words[key];
  }

  /** A word of the page; `{name}` is replaced. */
  t(key, values = {}) {
    return (this.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  /** A text of the store and the language it is in; null where it has none. */
  text(localized) {
    const tag = [this.tag, this.languages[0], ...Object.keys(localized ?? {})].find((tag) => localized?.[tag]);
    return tag ? { text: localized[tag], lang: tag } : null;
  }

  /** Puts a text of the store into an element, marked with its language where that differs. */
  fill(element, localized) {
    const found = this.text(localized);
    element.textContent = found?.text ?? '';
    if (found && found.lang !== this.tag) element.lang = found.lang;
    else element.removeAttribute('lang');
    return element;
  }
}
