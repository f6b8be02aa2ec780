// The hotspots of the scene: real buttons in the document's order, put where the viewer says.

const ICONS = { link: 'arrow', product: 'tag', text: 'info', image: 'image', video: 'play', webLink: 'link', coupon: 'gift' };

/** What a hotspot is: the one field that says so. */
export const kind = (hotspot) => Object.keys(ICONS).find((name) => name in hotspot);

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

/** The list of markers over the picture. */
export class Hotspots {
  /** `open(hotspot, button)`: it was chosen; `turnTo(hotspot)`: it has the focus. */
  constructor(list, sprite, { open, turnTo }) {
    this.list = list;
    this.sprite = sprite;
    this.open = open;
    this.turnTo = turnTo;
    this.markers = [];
  }

  /** Hangs up the hotspots of a scene. */
  show(scene, language) {
    this.markers = scene.hotspots.filter((hotspot) => hotspot.visible !== false).map((hotspot) => this.marker(hotspot, language));
    this.list.replaceChildren(...this.markers.map((marker) => marker.item));
  }

  /** Puts words in another language on the markers that hang. */
  translate(language) {
    for (const { button, label, hotspot } of this.markers) this.name(hotspot, button, label, language);
  }

  name(hotspot, button, label, language) {
    language.fill(label, hotspot.label);
    const words = language.t(`kind.${kind(hotspot)}`, { label: label.textContent });
    button.setAttribute('aria-label', words);
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
    disc.append(icon(this.sprite, hotspot.icon ?? ICONS[kind(hotspot)]));
    label.className = 'label';
    this.name(hotspot, button, label, language);
    button.append(disc, label);
    button.addEventListener('click', () => this.open(hotspot, button));
    // Only the keyboard turns the view: what a finger touches is in view already.
    button.addEventListener('focus', () => { if (button.matches(':focus-visible')) this.turnTo(hotspot); });
    item.className = 'away';
    item.append(button);
    return { item, button, label, hotspot, away: true };
  }

  /** Puts every marker in its place: x, y in turn, not a number while it is behind. */
  place(positions, width, height) {
    this.markers.forEach((marker, index) => {
      const [x, y] = [positions[2 * index], positions[2 * index + 1]];
      // Out of the picture it stays in the list and in the order of Tab, and takes no room.
      const away = !(x > -60 && x < width + 60 && y > -60 && y < height + 60);
      if (away !== marker.away) {
        marker.away = away;
        marker.item.classList.toggle('away', away);
        if (away) marker.item.style.transform = '';
      }
      if (!away) marker.item.style.transform = `translate3d(${x.toFixed(2)}px, ${y.toFixed(2)}px, 0)`;
    });
  }
}
