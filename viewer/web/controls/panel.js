// The one place above the buttons at the foot where something opens: the scenes, or the floor plan.

/** A panel that belongs to the button that opened it. */
export class Panel {
  constructor(element) {
    this.element = element;
    this.owner = null;
    element.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.close(true); });
  }

  /** Opens it with `content` for `button`, or closes it where it is that button's already. */
  toggle(button, content) {
    if (this.owner === button) return this.close(false);
    this.close(false);
    this.owner = button;
    button.setAttribute('aria-expanded', 'true');
    button.addEventListener('keydown', this.escape);
    this.element.className = `plate ${button.dataset.control}`;
    this.element.replaceChildren(content());
    this.element.hidden = false;
  }

  escape = (event) => { if (event.key === 'Escape') this.close(false); };

  /** Whether it is open for that button. */
  isOpen(button) {
    return this.owner === button;
  }

  /** Puts other content into it, for the button it belongs to. */
  refresh(content) {
    const focused = [...this.element.querySelectorAll('button')].indexOf(document.activeElement);
    this.element.replaceChildren(content());
    this.element.querySelectorAll('button')[focused]?.focus();
  }

  close(givesFocusBack) {
    if (!this.owner) return;
    const button = this.owner;
    this.owner = null;
    button.setAttribute('aria-expanded', 'false');
    button.removeEventListener('keydown', this.escape);
    this.element.hidden = true;
    this.element.replaceChildren();
    if (givesFocusBack) button.focus();
  }
}
