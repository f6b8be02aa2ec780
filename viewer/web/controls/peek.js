// What a marker is about, before it is opened: picture, name, price, on hover and on focus.

import { price } from '../money.js';

/** The small card at the marker that is pointed at. */
export class Peek {
  constructor(page) {
    this.page = page;
    this.marker = null;
    const { list } = page.hotspots;
    const near = (event) => page.hotspots.markers.find(({ item }) => item.contains(event.target));
    // Fingers do not hover: their tap opens the thing itself.
    list.addEventListener('pointerover', (event) => { if (event.pointerType !== 'touch') this.show(near(event)); });
    list.addEventListener('pointerout', (event) => { if (!this.marker?.item.contains(event.relatedTarget)) this.hide(); });
    list.addEventListener('focusin', (event) => { if (event.target.matches(':focus-visible')) this.show(near(event)); });
    list.addEventListener('focusout', () => this.hide());
    addEventListener('keydown', (event) => { if (event.key === 'Escape') this.hide(); });
    for (const change of ['scene', 'words']) page.addEventListener(change, () => this.hide());
  }

  show(marker) {
    if (!marker || marker === this.marker) return;
    this.hide();
    const content = this.content(marker.hotspot);
    if (!content) return;
    this.marker = marker;
    this.card = document.createElement('span');
    // The button's own name says the same.
    this.card.setAttribute('aria-hidden', 'true');
    this.card.className = 'peek';
    this.card.append(...content);
    marker.button.append(this.card);
    marker.item.classList.add('peeking');
    this.fit();
  }

  hide() {
    this.card?.remove();
    this.marker?.item.classList.remove('peeking');
    this.marker = this.card = null;
  }

  content(hotspot) {
    const { published, language, document: store } = this.page;
    const text = document.createElement('span');
    text.className = 'words';
    text.append(language.fill(document.createElement('strong'), hotspot.label));
    let picture = null;
    if (hotspot.product) {
      const product = published.products.find(({ id }) => id === hotspot.product.product);
      if (!product) return null;
      picture = product.picture?.smaller?.[0]?.url ?? product.picture?.url;
      if (product.price) text.append(Object.assign(document.createElement('span'), { textContent: price(product.price, language.tag) }));
    } else if (hotspot.link) {
      const posters = published.posters[hotspot.link.scene];
      picture = posters?.thumbnail;
      const target = store.scenes.find(({ id }) => id === hotspot.link.scene);
      const about = target && language.text(target.description);
      if (about) text.append(language.fill(document.createElement('span'), target.description));
    }
    if (!picture && text.childElementCount < 2) return null;
    if (!picture) return [text];
    const image = document.createElement('img');
    Object.assign(image, { src: picture, alt: '', decoding: 'async', draggable: false });
    return [image, text];
  }

  // Above the marker where there is no room below it, and never beyond the picture's sides.
  fit() {
    const box = this.card.getBoundingClientRect();
    const stage = this.page.stage.getBoundingClientRect();
    this.card.classList.toggle('above', box.bottom > stage.bottom - 8);
    const aside = Math.max(stage.left + 8 - box.left, 0) + Math.min(stage.right - 8 - box.right, 0);
    this.card.style.setProperty('--aside', `${aside.toFixed(1)}px`);
  }
}
