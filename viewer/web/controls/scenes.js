// A strip of the store's scenes: small pictures of their opening views.

import { wheeled } from '../input.js';

/** The strip. */
export class Scenes {
  constructor(page, panel, button) {
    Object.assign(this, { page, panel, button });
    page.addEventListener('scene', () => this.mark());
    page.addEventListener('words', () => { if (panel.isOpen(button)) { panel.refresh(() => this.strip()); this.mark(); } });
  }

  use() {
    this.panel.toggle(this.button, () => this.strip());
    this.mark();
  }

  strip() {
    const { page } = this;
    const list = document.createElement('ul');
    list.className = 'strip';
    list.setAttribute('aria-label', page.language.t('scenes.label'));
    // A wheel that only goes up and down reaches the last one too.
    list.addEventListener('wheel', (event) => {
      if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      list.scrollLeft += wheeled(event) * (getComputedStyle(list).direction === 'rtl' ? -1 : 1);
    }, { passive: false });
    list.append(...page.document.scenes.filter(({ panorama }) => page.published.panoramas[panorama]).map((scene) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      const name = document.createElement('span');
      button.type = 'button';
      button.className = 'thumb';
      button.dataset.scene = scene.id;
      const posters = page.published.posters[scene.id];
      const picture = document.createElement('img');
      Object.assign(picture, { alt: '', width: 128, height: 72, decoding: 'async', draggable: false });
      if (posters) picture.src = posters.thumbnail ?? posters.landscape;
      button.append(picture, page.language.fill(name, scene.name));
      button.addEventListener('click', () => page.walk(scene.id));
      item.append(button);
      return item;
    }));
    return list;
  }

  // The one that is shown is marked, and in sight.
  mark() {
    if (!this.panel.isOpen(this.button)) return;
    for (const button of this.panel.element.querySelectorAll('.thumb')) {
      const here = button.dataset.scene === this.page.shown?.id;
      if (here) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
      if (here) button.scrollIntoView({ block: 'nearest', inline: 'center' });
    }
  }
}
