// The controls that a first view does not need. Each is a module of its own; this one makes them and hands on clicks.

import { AutoRotation } from './auto-rotation.js';
import { Compass } from './compass.js';
import { Fullscreen } from './fullscreen.js';
import { Gyroscope } from './gyroscope.js';
import { Outside } from './outside.js';
import { Panel } from './panel.js';
import { Peek } from './peek.js';
import { Plan } from './plan.js';
import { Scenes } from './scenes.js';

/** All of them. */
export class Controls {
  constructor(page) {
    const button = (name) => page.stage.querySelector(`[data-control="${name}"]`);
    const panel = new Panel(document.getElementById('panel'));
    this.named = {};
    for (const [name, make] of Object.entries({
      scenes: (button) => new Scenes(page, panel, button),
      plan: (button) => new Plan(page, panel, button),
      compass: (button) => new Compass(page, button),
      gyroscope: (button) => new Gyroscope(page, button),
      fullscreen: (button) => new Fullscreen(page, button),
    })) {
      if (button(name)) this.named[name] = make(button(name));
    }
    this.others = [new Peek(page), new AutoRotation(page)];
    // In a frame it is the other page that is inside an app.
    if (page.stage.dataset.embed !== 'true') this.others.push(new Outside(page));
    page.stage.dataset.controls = 'ready';
  }

  /** A control's button was clicked. */
  use(button) {
    this.named[button.dataset.control]?.use();
  }
}
