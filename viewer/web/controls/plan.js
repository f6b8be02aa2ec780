// The floor plan: where the scenes are, where one stands, and what part of the floor one looks at.

const SVG = 'http://www.w3.org/2000/svg';
// The cone reaches this far, in the units of its own drawing (the plan is 100 wide).
const REACH = 26;

/** The outline of a field of view `degrees` wide that looks up from the origin. */
export function cone(degrees) {
  const half = (Math.min(degrees, 179) / 2) * (Math.PI / 180);
  const [x, y] = [REACH * Math.sin(half), -REACH * Math.cos(half)];
  return `M0 0L${(-x).toFixed(2)} ${y.toFixed(2)}A${REACH} ${REACH} 0 0 1 ${x.toFixed(2)} ${y.toFixed(2)}Z`;
}

/** The plan of the floor on which the scene is. */
export class Plan {
  constructor(page, panel, button) {
    Object.assign(this, { page, panel, button });
    const again = () => {
      if (!this.floor() && document.activeElement === button) page.canvas.focus({ focusVisible: false });
      button.hidden = !this.floor();
      if (!panel.isOpen(button)) return;
      if (this.floor()) panel.refresh(() => this.draw());
      else panel.close(false);
    };
    page.addEventListener('scene', again);
    page.addEventListener('words', again);
    page.addEventListener('frame', () => this.turn());
    button.hidden = !this.floor();
  }

  use() {
    if (this.floor()) this.panel.toggle(this.button, () => this.draw());
  }

  // The floor plan of the scene that is shown, where it has a place on one whose picture is there.
  floor() {
    const { document: store, shown, published } = this.page;
    const plan = shown?.position && store.floorPlans?.find(({ id }) => id === shown.position.floorPlan);
    const media = plan && published.media.find(({ id }) => id === plan.media);
    return media && { ...plan, picture: media };
  }

  draw() {
    const { page } = this;
    const floor = this.floor();
    const figure = document.createElement('figure');
    const caption = page.language.fill(document.createElement('figcaption'), floor.name);
    const sheet = document.createElement('div');
    sheet.className = 'floor';
    const picture = document.createElement('img');
    Object.assign(picture, { src: floor.picture.url, alt: '', draggable: false });
    if (floor.picture.width) [picture.width, picture.height] = [floor.picture.width, floor.picture.height];
    // The sheet has the picture's shape on any screen: places on it are percentages.
    const shape = () => sheet.style.setProperty('--shape', (picture.naturalWidth || picture.width) / (picture.naturalHeight || picture.height) || 1);
    shape();
    picture.addEventListener('load', shape);
    sheet.append(picture, this.sight());
    for (const scene of page.document.scenes) {
      if (scene.position?.floorPlan === floor.id && page.published.panoramas[scene.panorama]) sheet.append(this.spot(scene));
    }
    figure.append(sheet, caption);
    this.turn();
    return figure;
  }

  spot(scene) {
    const { page } = this;
    const spot = document.createElement('button');
    spot.type = 'button';
    spot.className = 'spot';
    spot.style.left = `${scene.position.x * 100}%`;
    spot.style.top = `${scene.position.y * 100}%`;
    const name = page.language.text(scene.name);
    spot.setAttribute('aria-label', name?.text ?? scene.id);
    spot.title = name?.text ?? '';
    if (scene.id === page.shown.id) spot.setAttribute('aria-current', 'true');
    spot.addEventListener('click', () => page.walk(scene.id));
    return spot;
  }

  // The part that one looks at. Its drawing has the plan's width for 100, so that it grows with the plan.
  sight() {
    const { x, y } = this.page.shown.position;
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('class', 'sight');
    svg.setAttribute('viewBox', '-50 -50 100 100');
    svg.setAttribute('aria-hidden', 'true');
    svg.style.left = `${(x - 0.5) * 100}%`;
    svg.style.top = `${y * 100}%`;
    this.path = document.createElementNS(SVG, 'path');
    svg.append(this.path);
    return svg;
  }

  turn() {
    const { view, shown } = this.page;
    if (!this.panel.isOpen(this.button) || !this.path || !view || !shown?.position) return;
    this.path.setAttribute('d', cone(view.width));
    this.path.setAttribute('transform', `rotate(${((shown.position.heading ?? 0) + view.yaw).toFixed(1)})`);
  }
}
