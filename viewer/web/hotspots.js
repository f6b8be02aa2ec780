// The hotspots of the scene: real buttons in the document's order, put where the viewer says. Those that would lie on
// each other are shown as one with their number; the keyboard still goes from one to the next.

import { price } from './money.js';

const ICONS = { link: 'arrow', product: 'tag', text: 'info', image: 'image', video: 'play', webLink: 'link', coupon: 'gift' };

/** What a hotspot is: the one field that says so. */
export const kind = (hotspot) => Object.keys(ICONS).find((name) => name in hotspot);

/** The icon of a hotspot. */
export const iconOf = (hotspot) => hotspot.icon ?? ICONS[kind(hotspot)];

/** An icon of the sprite. */
export function icon(sprite, name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

// Black or white, whichever is read better on a colour (relative luminance of WCAG).
function inkOn(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? '#111' : '#fff';
}

const at = (x, y) => `translate3d(${x.toFixed(2)}px, ${y.toFixed(2)}px, 0)`;

/** The markers over the picture. */
export class Hotspots {
  /** `page` opens what is chosen and turns to what has the focus; `list` and `bubbles` are filled. */
  constructor(page, list, bubbles) {
    this.page = page;
    this.list = list;
    this.bubbles = bubbles;
    this.markers = [];
    this.groups = [];
    this.scale = 1;
    // Asking for a label's width would lay the page out in the middle of a frame; so it is told.
    this.widths = new ResizeObserver((entries) => {
      for (const { target, borderBoxSize: [size] } of entries) {
        const marker = this.markers.find(({ label }) => label === target);
        if (!marker) continue;
        marker.half = size.inlineSize / 2;
        this.keepInside(marker);
      }
    });
  }

  /** Hangs up the hotspots of a scene. */
  show(scene, language) {
    this.widths.disconnect();
    this.markers = scene.hotspots.filter((hotspot) => hotspot.visible !== false).map((hotspot) => this.marker(hotspot, language));
    this.list.replaceChildren(...this.markers.map((marker) => marker.item));
    for (const group of this.groups) group.button.hidden = true;
  }

  /** Puts words in another language on the markers that hang. */
  translate(language) {
    for (const marker of this.markers) this.name(marker, language);
  }

  name(marker, language) {
    const { hotspot, button, label } = marker;
    language.fill(label, hotspot.label);
    const product = hotspot.product && this.page.published.products.find((product) => product.id === hotspot.product.product);
    const cost = product?.price ? ` · ${price(product.price, language.tag)}` : '';
    button.setAttribute('aria-label', language.t(`kind.${kind(hotspot)}`, { label: label.textContent }) + cost);
  }

  marker(hotspot, language) {
    const item = document.createElement('li');
    const button = document.createElement('button');
    const label = document.createElement('span');
    button.type = 'button';
    button.className = `marker ${kind(hotspot)}`;
    button.dataset.hotspot = hotspot.id;
    if (kind(hotspot) !== 'link') button.setAttribute('aria-haspopup', 'dialog');
    if (hotspot.color) {
      button.style.setProperty('--disc', hotspot.color);
      button.style.setProperty('--sign', inkOn(hotspot.color));
    }
    const disc = document.createElement('span');
    disc.className = 'disc';
    disc.append(icon(this.page.icons, iconOf(hotspot)));
    label.className = 'label';
    button.append(disc, label);
    button.addEventListener('click', () => this.page.open(hotspot, button));
    // Only the keyboard turns the view: what a finger touches is in view already.
    button.addEventListener('focus', () => {
      if (button.matches(':focus-visible')) this.page.viewer?.look_at(hotspot.yaw, hotspot.pitch);
    });
    item.className = 'away';
    item.append(button);
    if (hotspot.link) this.widths.observe(label);
    const marker = { item, button, label, hotspot, state: 'away', x: NaN, half: 0 };
    this.name(marker, language);
    return marker;
  }

  /** Puts every marker in its place: x, y (not a number while it is out of the picture) and the first of its group. */
  place(places, scale) {
    if (Math.abs(scale - this.scale) > 0.004) {
      this.scale = scale;
      this.list.parentElement.style.setProperty('--scale', scale.toFixed(3));
    }
    const members = new Map();
    this.markers.forEach((marker, index) => {
      const head = places[3 * index + 2];
      if (members.has(head)) members.get(head).push(index);
      else members.set(head, [index]);
    });
    let used = 0;
    for (const indices of members.values()) {
      // Out of the picture a marker stays in the list and in the order of Tab, and takes no room.
      const state = indices.length > 1 ? 'grouped' : Number.isNaN(places[3 * indices[0]]) ? 'away' : 'there';
      for (const index of indices) this.put(this.markers[index], state, places[3 * index], places[3 * index + 1]);
      if (state === 'grouped') this.bubble(used++, indices, places);
    }
    for (const group of this.groups.slice(used)) group.button.hidden = true;
  }

  put(marker, state, x, y) {
    if (state !== marker.state) {
      marker.item.classList.replace(marker.state, state);
      marker.state = state;
    }
    const transform = state === 'away' ? '' : at(x, y);
    if (transform !== marker.transform) marker.item.style.transform = marker.transform = transform;
    marker.x = state === 'there' ? x : NaN;
    if (marker.half) this.keepInside(marker);
  }

  // The name of a way on is always seen, and whole, as long as its marker is.
  keepInside(marker) {
    if (Number.isNaN(marker.x)) return;
    const room = marker.half + 8;
    const aside = Math.round(Math.max(room - marker.x, 0) + Math.min(this.page.width - room - marker.x, 0));
    if (aside === marker.aside) return;
    marker.aside = aside;
    marker.label.style.setProperty('--aside', `${aside}px`);
  }

  bubble(index, indices, places) {
    this.groups[index] ??= this.makeBubble();
    const group = this.groups[index];
    const points = indices.map((index) => [places[3 * index], places[3 * index + 1]]);
    group.centre = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
    group.markers = indices.map((index) => this.markers[index]);
    group.apart = Math.min(...points.flatMap((a, i) => points.slice(i + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1]))));
    group.button.hidden = false;
    if (group.count.textContent !== String(indices.length)) group.count.textContent = indices.length;
    group.button.style.transform = at(...group.centre);
  }

  // For pointers only: the keyboard and screen readers have every hotspot of the list.
  makeBubble() {
    const button = document.createElement('button');
    const count = document.createElement('span');
    button.type = 'button';
    button.className = 'group';
    button.tabIndex = -1;
    count.className = 'disc';
    button.append(count);
    this.bubbles.append(button);
    const group = { button, count };
    button.addEventListener('click', () => this.page.openGroup(group.markers, group.centre, group.apart, group.markers[0].button));
    return group;
  }
}
