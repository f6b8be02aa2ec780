// The whole screen for the store, where the browser allows it (support.js).

/** The button. */
export class Fullscreen {
  constructor(page, button) {
    Object.assign(this, { page, button, picture: button.querySelector('use') });
    document.addEventListener('fullscreenchange', () => this.mark());
  }

  use() {
    if (document.fullscreenElement) document.exitFullscreen();
    // The whole document: cards are dialogs beside the picture.
    else document.documentElement.requestFullscreen({ navigationUI: 'hide' }).catch(() => this.page.say(this.page.language.t('fullscreen.refused'), true));
  }

  mark() {
    const is = Boolean(document.fullscreenElement);
    this.button.setAttribute('aria-pressed', String(is));
    this.picture.setAttribute('href', `${this.page.icons}#${is ? 'smallscreen' : 'fullscreen'}`);
  }
}
