// What opens when a hotspot is chosen. Everything is built from text nodes: the document holds no HTML.

import { gallery } from './gallery.js';
import { icon, iconOf, kind } from './hotspots.js';
import { price } from './money.js';

// How wide a card shows its picture: all of a phone, a card of its own beside that.
const CARD_WIDTH = '(max-width: 30rem) 100vw, 26rem';
const ALLOWED = new Set(['https:', 'http:', 'mailto:', 'tel:']);

// The server checks addresses too; this page trusts no one with a scheme.
function safe(url) {
  try {
    const parsed = new URL(url);
    return ALLOWED.has(parsed.protocol) ? parsed : null;
  } catch {
    return null;
  }
}

// A person's id, or with @ an official account's: https://developers.line.biz/en/docs/messaging-api/using-line-url-scheme/
const lineAddress = (id) => (id.startsWith('@') ? `https://line.me/R/ti/p/${encodeURIComponent(id)}` : `https://line.me/ti/p/~${encodeURIComponent(id)}`);

// An extension or a second number is not dialled (server/src/stores/list.rs does the same).
const dialled = (phone) => phone.split(/[#*/;,]/)[0].replace(/[^+\d]/g, '');

function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content.filter((part) => part !== null && part !== undefined));
  return element;
}

/** The dialog and what it shows. */
export class Cards {
  constructor(dialog, published, language, sprite) {
    this.dialog = dialog;
    this.published = published;
    this.language = language;
    this.sprite = sprite;
    this.opener = null;
    dialog.dataset.state = 'ready';
    dialog.addEventListener('close', () => {
      // The event comes some time after the closing: another card may be open by now.
      if (dialog.open) return;
      dialog.replaceChildren();
      this.opener?.focus({ preventScroll: true });
      this.opener = null;
    });
    // A click beside the card is on the dialog itself.
    dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  }

  /** Opens the card of a hotspot; focus returns to `opener`. */
  open(hotspot, opener) {
    const shape = kind(hotspot);
    this.show(shape, opener, this[shape](hotspot[shape], hotspot));
  }

  /** Opens a choice of hotspots that lie on each other; `chosen(hotspot)` opens the one that was chosen. */
  choose(hotspots, opener, chosen) {
    const list = make('ul', 'choice');
    list.append(...hotspots.map((hotspot) => {
      const product = hotspot.product && this.published.products.find(({ id }) => id === hotspot.product.product);
      const image = product?.picture && Object.assign(make('img'), { src: product.picture.smaller?.[0]?.url ?? product.picture.url, alt: '', decoding: 'async' });
      const button = make('button', '', image ?? make('span', 'sign', icon(this.sprite, iconOf(hotspot))),
        this.localized('span', '', hotspot.label), product?.price && make('span', 'small', price(product.price, this.language.tag)));
      button.type = 'button';
      button.addEventListener('click', () => {
        this.opener = null;
        this.dialog.close();
        chosen(hotspot);
      });
      return make('li', '', button);
    }));
    const title = make('h2', '', this.language.t('group.title', { count: hotspots.length }));
    title.id = 'card-title';
    this.show('group', opener, [title, list]);
  }

  /** Opens what the shop says about itself. */
  about(opener) {
    const { shop, document: store } = this.published;
    const contact = store.contact ?? {};
    const phone = contact.phone ?? shop.phone;
    const line = contact.line ?? shop.line;
    const email = contact.email ?? shop.email;
    const rows = [
      ['address', this.localized('span', '', shop.address)],
      ['hours', this.hours(shop.hours)],
      ['phone', phone && this.link(`tel:${dialled(phone)}`, phone)],
      ['line', line && this.link(lineAddress(line), line)],
      ['email', email && this.link(`mailto:${email}`, email)],
      ['website', contact.website && this.link(contact.website, safe(contact.website)?.host)],
    ].filter(([, value]) => value && value.textContent);
    const facts = make('dl', 'facts');
    for (const [name, value] of rows) {
      // Numbers and names of the net run from left to right in every language.
      if (value.tagName === 'A') value.dir = 'ltr';
      facts.append(make('dt', '', this.language.t(name)), make('dd', '', value));
    }
    for (const [name, text] of Object.entries(shop.other ?? {})) facts.append(make('dt', '', name), make('dd', '', text));
    const privacy = this.localized('p', 'small', store.privacy);
    this.show('about', opener, [
      this.title(store.name),
      this.paragraphs(store.description, 'lead'),
      facts.childElementCount ? facts : null,
      privacy.textContent ? make('section', 'note', make('h3', '', this.language.t('privacy')), privacy) : null,
    ]);
  }

  show(shape, opener, content) {
    this.opener = opener;
    this.dialog.className = `card ${shape}`;
    const close = make('button', 'tool close', icon(this.sprite, 'close'));
    close.type = 'button';
    close.setAttribute('aria-label', this.language.t('card.close'));
    // Otherwise what comes first in the card would have the focus.
    close.autofocus = true;
    close.addEventListener('click', () => this.dialog.close());
    this.dialog.replaceChildren(make('div', 'sheet', ...content), close);
    this.dialog.showModal();
    this.dialog.querySelector('.sheet').scrollTop = 0;
  }

  localized(tag, className, text) {
    return this.language.fill(make(tag, className), text);
  }

  title(text) {
    const title = this.localized('h2', '', text);
    title.id = 'card-title';
    return title;
  }

  // A blank line separates paragraphs.
  paragraphs(localized, className) {
    const found = this.language.text(localized);
    if (!found) return null;
    const block = make('div', className);
    if (found.lang !== this.language.tag) block.lang = found.lang;
    block.append(...found.text.split(/\n\s*\n/).map((text) => make('p', '', text)));
    return block;
  }

  link(url, text) {
    const parsed = safe(url);
    if (!parsed) return null;
    const anchor = make('a', '', text);
    anchor.href = parsed.href;
    if (parsed.protocol.startsWith('http')) {
      anchor.target = '_blank';
      anchor.rel = 'noopener noreferrer';
    }
    return anchor;
  }

  picture({ url, width, height, smaller }, alt, isLater = false) {
    const image = make('img', 'picture');
    if (isLater) image.loading = 'lazy';
    // Set before the address, which the browser follows at once.
    if (smaller?.length) {
      image.sizes = CARD_WIDTH;
      image.srcset = [...smaller, ...(width ? [{ url, width }] : [])].map((one) => `${one.url} ${one.width}w`).join(', ');
    }
    image.src = url;
    if (width && height) [image.width, image.height] = [width, height];
    image.alt = alt ?? '';
    image.decoding = 'async';
    return image;
  }

  film({ url }, poster, name) {
    const video = make('video', 'picture');
    const still = poster && (poster.smaller?.find(({ width }) => width >= 640)?.url ?? poster.url);
    // With a picture to show, nothing of it is fetched before it is played.
    Object.assign(video, { src: url, controls: true, playsInline: true, preload: still ? 'none' : 'metadata' });
    if (still) video.poster = still;
    video.setAttribute('aria-label', name);
    return video;
  }

  media(id) {
    return this.published.media.find((item) => item.id === id);
  }

  // One method per kind of hotspot.

  product({ product: id }, hotspot) {
    const product = this.published.products.find((other) => other.id === id);
    if (!product) return [this.title(hotspot.label), make('p', 'lead', this.language.t('missing.product'))];
    const pictures = [product.picture, ...(product.morePictures ?? [])].filter(Boolean);
    const shown = pictures.map((picture, index) => this.picture(picture, this.language.text(picture.alt)?.text, index > 0));
    if (product.video) shown.push(this.film(product.video, product.picture, this.language.t('video.of', { name: this.language.text(product.name)?.text ?? '' })));
    return [
      shown.length > 1 ? gallery(shown, this.language, this.sprite) : shown[0],
      make('div', 'text', this.title(product.name), product.price && this.price(product), this.paragraphs(product.description, 'lead')),
      this.shops(product.links),
    ];
  }

  // Where else it is sold: whose page opens stands on each.
  shops(links) {
    const items = (links ?? []).map(({ url, label }) => {
      const anchor = this.link(url, '');
      if (!anchor) return null;
      const host = safe(url).host.replace(/^www\./, '');
      const says = this.language.text(label);
      const words = make('span', 'words', says ? this.localized('span', '', label) : make('span', '', host), says && says.text !== host ? make('span', 'small', host) : null);
      anchor.append(words, make('span', 'unseen', this.language.t('link.newTab')), icon(this.sprite, 'outside'));
      return make('li', '', anchor);
    }).filter(Boolean);
    if (!items.length) return null;
    return make('section', 'shops', make('h3', '', this.language.t('shops.title')), make('ul', '', ...items));
  }

  price(product) {
    const amount = make('strong', '', price(product.price, this.language.tag));
    const unit = product.unit && product.unit !== 'piece'
      ? this.language.t('price.per', { unit: this.language.known(`unit.${product.unit}`) ?? product.unit }) : '';
    const tax = this.language.t(product.price.taxIncluded ? 'price.taxIncluded' : 'price.taxExcluded');
    return make('p', 'price', amount, make('span', 'small', [unit, tax].filter(Boolean).join(' · ')));
  }

  text(card, hotspot) {
    return [make('div', 'text', this.title(this.language.text(card.title) ? card.title : hotspot.label), this.paragraphs(card.body, 'lead'))];
  }

  image(card, hotspot) {
    const media = this.media(card.media);
    const shown = media
      ? this.picture(media, this.language.text(hotspot.label)?.text)
      : make('p', 'lead', this.language.t('missing.media'));
    return [shown, make('div', 'text', this.title(hotspot.label), this.paragraphs(card.caption, 'lead'))];
  }

  video(card, hotspot) {
    const media = this.media(card.media);
    const poster = card.poster && this.media(card.poster);
    const shown = media
      ? this.film(media, poster, this.language.text(hotspot.label)?.text ?? '')
      : make('p', 'lead', this.language.t('missing.media'));
    return [shown, make('div', 'text', this.title(hotspot.label), this.paragraphs(card.caption, 'lead'))];
  }

  webLink({ url }, hotspot) {
    const parsed = safe(url);
    const anchor = this.link(url, this.language.t('link.visit'));
    if (anchor) anchor.className = 'pill';
    const where = parsed?.host || parsed?.pathname;
    return [make('div', 'text', this.title(hotspot.label),
      make('p', 'lead', parsed?.protocol.startsWith('http') ? this.language.t('link.opens', { host: where }) : where ?? ''),
      anchor && make('p', '', anchor))];
  }

  coupon(_, hotspot) {
    return [make('div', 'ticket', icon(this.sprite, 'gift')),
      make('div', 'text', this.title(hotspot.label), make('p', 'lead', this.language.t('coupon.soon')))];
  }

  hours(hours) {
    const list = make('ul', 'hours');
    for (const { days, opens, closes } of hours ?? []) {
      const names = days.map((day) => this.language.t(`day.${day}`));
      // Three or more days in a row are a range.
      const inRow = days.every((day, index) => !index || WEEK.indexOf(day) === WEEK.indexOf(days[index - 1]) + 1);
      const said = inRow && names.length > 2 ? `${names[0]} – ${names.at(-1)}` : new Intl.ListFormat(this.language.tag).format(names);
      const times = make('span', '', `${opens} – ${closes}`);
      times.dir = 'ltr';
      list.append(make('li', '', make('span', '', said), ' ', times));
    }
    return list.childElementCount ? list : null;
  }
}

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
