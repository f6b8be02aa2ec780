// The store page: starts the viewer, and is its host. Everything that is text is HTML here; the viewer only draws the
// panorama and says where things are. What the first view does not need is in controls/ and cards.js, and comes later.

import { Events } from './events.js';
import { Hotspots } from './hotspots.js';
import { Language, remembered } from './i18n.js';
import { connect } from './input.js';
import { price } from './money.js';
import { Ahead, Pictures } from './pictures.js';
import { gl, program } from './start.js';
import * as support from './support.js';
import * as viewUrl from './view-url.js';
import init, { ReadStore, Viewer } from './viewer.js';

// The address follows the view when it has come to rest: Safari allows few changes of it.
const SETTLED_MS = 500;
// Markers this far from each other are shown each for itself, also at their largest (viewer/src/hotspots/groups.rs).
const PARTED_PX = 72;
// What is not sharp by then may take long: the page does without.
const COMPLETE_AFTER_MS = 8000;
// A context that does not come back by itself within this time does not come back.
const LOST_FOR_GOOD_MS = 5000;

const stage = document.querySelector('#store');
const canvas = document.querySelector('#view');
const given = stage.dataset;
const inFrame = given.embed === 'true';
const find = (id) => document.getElementById(id);

const fetchText = async (url) => {
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
};

// What is not published yet lies where only whoever is signed in gets it.
const placed = (url) => (given.files && url.startsWith('/') ? given.files + url : url);

// A style sheet that comes later.
const dressed = (url) => new Promise((done, failed) => {
  const onerror = () => { sheet.remove(); failed(new Error(`${url} could not be loaded`)); };
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url, onload: done, onerror });
  document.head.append(sheet);
});

document.documentElement.style.setProperty('--brand', given.primary);
document.documentElement.style.setProperty('--on-brand', given.onPrimary);

// The page's words by language, where they are and which way they run: its own, and what the choice of languages names.
function words() {
  const others = [...(find('language')?.options ?? [])].filter((option) => option.dataset.strings);
  const { lang, dir } = document.documentElement;
  return { [lang]: { url: given.strings, dir }, ...Object.fromEntries(others.map(({ value, dataset, dir }) => [value, { url: dataset.strings, dir }])) };
}

/** The viewer's host, and all that the page knows. */
class StorePage extends EventTarget {
  constructor(json, ahead) {
    super();
    this.ahead = ahead;
    this.published = JSON.parse(json);
    this.document = this.published.document;
    this.stage = stage;
    this.canvas = canvas;
    this.icons = given.icons;
    this.language = new Language(words(), this.document.languages);
    this.events = new Events(this.published.id, this.published.revision, { isDraft: given.draft === 'true', keeps: !inFrame });
    this.hotspots = new Hotspots(this, find('hotspots'), find('groups'));
    this.view = null;
    this.shown = null;
    this.pushing = false;
    this.settled = 0;
    this.silence = {};
    this.coming = {};
  }

  // Controls and the page around a frame listen to `frame`, `scene`, `settled`, `sharp`, `hotspot` and `words`.
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  // What the viewer calls (viewer/src/web/host.rs).

  fetch(id, url) {
    this.pictures.fetch(id, placed(url));
  }

  abort(id) {
    this.pictures.abort(id);
  }

  scene(id) {
    const isFirst = !this.shown;
    this.shown = this.document.scenes.find((scene) => scene.id === id);
    const followed = find('hotspots').querySelector(':focus');
    const walkedByKey = followed?.matches(':focus-visible') ?? false;
    this.hotspots.show(this.shown, this.language);
    this.tellScene();
    // The link that was followed is gone; the picture says where one is now, and Tab goes on to what hangs in it.
    // Whoever pressed it by mouse or finger sees no ring.
    if (followed) canvas.focus({ focusVisible: walkedByKey });
    if (!isFirst) {
      this.dropPoster();
      this.ahead.drop();
      // What it was about is out of sight.
      if (find('card').open) {
        find('card').close();
        canvas.focus({ focusVisible: false });
      }
      this.say(this.language.t('scene.entered', { name: find('scene-name').textContent, count: this.hotspots.markers.length }));
    }
    this.events.enter(id);
    given.scene = id;
    given.wasmBytes = this.memory?.buffer.byteLength ?? 0;
    this.tell('scene');
  }

  frame(yaw, pitch, fov, width, frames, scale, markers) {
    // The poster stands for the opening view and no other.
    if (this.view && Math.hypot(this.view.yaw - yaw, this.view.pitch - pitch, this.view.fov - fov) > 0.01) this.interested();
    this.view = { yaw, pitch, fov, width };
    this.hotspots.place(markers, scale);
    given.yaw = yaw.toFixed(3);
    given.pitch = pitch.toFixed(3);
    given.fov = fov.toFixed(3);
    given.frames = frames;
    clearTimeout(this.settled);
    this.settled = setTimeout(() => this.settle(), SETTLED_MS);
    if (this.pushing && this.pushing === this.shown?.id) this.writeAddress();
    this.tell('frame');
  }

  state(name) {
    given.state = name;
    // A tile that never comes does not keep the rest waiting.
    if (name === 'interactive') this.patience ??= setTimeout(() => this.complete(), COMPLETE_AFTER_MS);
    if (name !== 'sharp') return;
    this.ahead.drop();
    this.complete();
    this.tell('sharp');
  }

  complete() {
    this.dropPoster();
    // So that a card opens also where the network is lost by then.
    const isSaving = navigator.connection?.saveData === true;
    for (const name of isSaving ? ['controls'] : ['controls', 'cards']) this.unasked(name);
  }

  // The page's own part.

  /** What a scene shows first to whoever comes from outside. */
  openingView(id) {
    const { start, scenes } = this.document;
    return (id === start.scene && start.view) || scenes.find((scene) => scene.id === id)?.view;
  }

  async start(viewer, memory) {
    this.viewer = viewer;
    this.memory = memory;
    this.pictures = new Pictures(this.ahead, {
      deliver: (id, bitmap) => viewer.picture(id, bitmap),
      again: () => viewer.retry(),
      missing: () => this.tellBlurred(),
    });
    new ResizeObserver(() => this.resize()).observe(stage);
    this.watchDots();
    this.resize();
    const still = matchMedia('(prefers-reduced-motion: reduce)');
    const settle = () => viewer.reduce_motion(still.matches);
    still.addEventListener('change', settle);
    settle();
    viewer.save_data(navigator.connection?.saveData === true);
    connect(stage, viewer, () => {
      this.touched = true;
      this.interested();
    });
    find('zoom-in').addEventListener('click', () => viewer.zoom_by(1.4));
    find('zoom-out').addEventListener('click', () => viewer.zoom_by(1 / 1.4));
    find('about').addEventListener('click', async () => (await this.reach(this.cards()))?.about(find('about')));
    find('language')?.addEventListener('change', (event) => this.choose(event.target));
    stage.addEventListener('click', (event) => this.use(event.target.closest('[data-control]')));
    this.survive();
    addEventListener('popstate', () => this.readAddress());
    await this.attach();
    this.events.add({ type: 'storeView' });
  }

  // Where the canvas stays empty, it gets copies of what is drawn elsewhere from then on.
  async attach() {
    await this.viewer.attach();
    if (this.copies) return;
    support.drawn(gl).then((drawn) => {
      if (drawn) return null;
      console.warn('the canvas takes no picture directly: every picture is copied');
      this.copies = true;
      this.viewer.detach();
      this.viewer.draw_copies();
      return this.viewer.attach();
    }).catch(trouble);
  }

  // A lost context, a lost network, a page that nobody sees.
  survive() {
    const { viewer } = this;
    let [waiting, lost] = [0, false];
    // Nobody looks: the context may come back with them.
    const tellLost = () => { if (lost && !document.hidden) find('trouble').hidden = false; };
    canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      viewer.detach();
      clearTimeout(waiting);
      waiting = setTimeout(() => { lost = true; tellLost(); }, LOST_FOR_GOOD_MS);
    });
    canvas.addEventListener('webglcontextrestored', () => {
      clearTimeout(waiting);
      lost = false;
      find('trouble').hidden = true;
      this.attach().catch(trouble);
    });
    addEventListener('online', () => {
      this.pictures.hurry();
      viewer.retry();
    });
    let inSight = true;
    const rest = () => viewer.rest(document.hidden || !inSight);
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.ahead.drop();
      rest();
      tellLost();
    });
    // A store in another site's page may be scrolled out of sight.
    new IntersectionObserver((entries) => { inSight = entries.at(-1).isIntersecting; rest(); }).observe(stage);
  }

  resize() {
    [this.width, this.height] = [stage.clientWidth, stage.clientHeight];
    this.viewer?.resize(this.width, this.height, devicePixelRatio);
  }

  // Only the dots change where a window moves to another screen; no observer of sizes hears of that in every browser.
  watchDots() {
    // Neither side of the query is exact.
    const [least, most] = [devicePixelRatio - 0.01, devicePixelRatio + 0.01];
    const now = matchMedia(`(min-resolution: ${least}dppx) and (max-resolution: ${most}dppx)`);
    now.addEventListener('change', () => { this.resize(); this.watchDots(); }, { once: true });
  }

  // Someone turns before the view is sharp: they see what there is.
  interested() {
    if (given.state !== 'loading') this.dropPoster();
  }

  dropPoster() {
    find('poster')?.classList.add('gone');
  }

  /** Says something to those who listen, and shows it where `seen`: what is shown stays while other things are said. */
  say(text, seen = false) {
    const place = seen ? 'shown' : 'said';
    clearTimeout(this.silence[place]);
    const put = (text) => {
      find(place).className = seen && text ? 'toast plate' : 'unseen';
      find(place).textContent = text;
    };
    put(text);
    // Read by then; what is not said any more should not be found later either.
    this.silence[place] = setTimeout(() => put(''), seen ? 6000 : 3000);
  }

  // Only what is seen to be blurred; whether it was told.
  tellBlurred() {
    const text = this.language.known('trouble.blurred');
    if (!text || given.state === 'sharp') return false;
    this.say(text, true);
    return true;
  }

  tellScene() {
    if (!this.shown) return;
    this.language.fill(find('scene-name'), this.shown.name);
    canvas.setAttribute('aria-label', this.language.text(this.shown.alt)?.text ?? '');
  }

  async choose(select) {
    try {
      await this.speak(select.value, true);
    } catch (error) {
      console.warn(error);
      select.value = this.language.tag;
      this.say(this.language.t('trouble.part'), true);
    }
  }

  async speak(tag, chosen) {
    if (!(await this.language.use(tag))) return;
    this.hotspots.translate(this.language);
    for (const id of ['heading', 'store-name']) this.language.fill(find(id), this.document.name);
    document.title = find('store-name').textContent;
    this.tellScene();
    linkList(tag);
    this.tell('words');
    if (!chosen) return;
    this.language.remember();
    const here = new URL(location.href);
    here.searchParams.set('lang', tag);
    history.replaceState(history.state, '', here);
  }

  // Cards and controls come when the first is used or the view is sharp: the first view does not wait for them.

  cards() {
    // What it needs is asked for beside it, not after it.
    return this.later('cards', () => Promise.all([import('./cards.js'), import('./gallery.js'), dressed(given.cards)])
      .then(([{ Cards }]) => new Cards(find('card'), this.published, this.language, given.icons)));
  }

  controls() {
    return this.later('controls', () => import('./controls/index.js').then(({ Controls }) => (this.controlsReady = new Controls(this))));
  }

  // Asked for once, and again where it did not come.
  later(name, load) {
    this.coming[name] ??= load().catch((error) => { delete this.coming[name]; throw error; });
    return this.coming[name];
  }

  // Nobody has pressed: what does not come is asked for again when the network is back, or when it is used.
  unasked(name) {
    this[name]().catch((error) => {
      console.warn(error);
      addEventListener('online', () => this.unasked(name), { once: true });
    });
  }

  /** Waits for what comes later; where the network does not bring it, says so, and the next press asks again. */
  async reach(coming) {
    try {
      return await coming;
    } catch (error) {
      console.warn(error);
      this.say(this.language.t('trouble.part'), true);
      return null;
    }
  }

  // At once where they are there: some permissions are only given within the click.
  use(button) {
    if (!button) return;
    if (this.controlsReady) this.controlsReady.use(button);
    else this.reach(this.controls()).then((controls) => controls?.use(button));
  }

  async open(hotspot, button) {
    this.events.add({ type: 'hotspotClick', scene: this.shown.id, hotspot: hotspot.id });
    this.tell('hotspot', { scene: this.shown.id, hotspot });
    if (hotspot.link) {
      if (!this.walk(hotspot.link.scene, hotspot.link.view)) this.say(this.language.t('missing.scene'), true);
      return;
    }
    (await this.reach(this.cards()))?.open(hotspot, button);
  }

  /** Several hotspots lie on each other: closer, where that parts them, otherwise their names to choose from. */
  async openGroup(markers, [x, y], apart, button) {
    const [yaw, pitch, closest] = this.viewer.direction(x, y);
    const { fov } = this.view;
    const tangent = (degrees) => Math.tan((degrees * Math.PI) / 360);
    const needed = (Math.atan((tangent(fov) * apart) / PARTED_PX) * 360) / Math.PI;
    if (apart > 15 && needed >= closest) this.viewer.glide(yaw, pitch, needed);
    else (await this.reach(this.cards()))?.choose(markers.map(({ hotspot }) => hotspot), button, (hotspot) => this.open(hotspot, button));
  }

  // A link from elsewhere names this hotspot: when its scene is there, it is turned to and opened.
  async present(sceneId, id) {
    if (this.shown?.id !== sceneId) await new Promise((there) => this.addEventListener('scene', there, { once: true }));
    if (this.shown.id !== sceneId) return;
    const scene = this.document.scenes.find((scene) => scene.id === sceneId);
    const hotspot = scene?.hotspots.find((hotspot) => hotspot.id === id && hotspot.visible !== false);
    if (!hotspot) return;
    this.viewer.look_at(hotspot.yaw, hotspot.pitch);
    const marker = this.hotspots.markers.find((marker) => marker.hotspot.id === id);
    if (!hotspot.link) (await this.reach(this.cards()))?.open(hotspot, marker?.button);
  }

  /** Walks to a scene, or stays where it is shown; without a view the heading is kept. Whether there is such a scene. */
  walk(scene, view) {
    this.writeAddress();
    const isThere = this.viewer.go(scene, view?.yaw ?? NaN, view?.pitch ?? NaN, view?.fov ?? NaN);
    if (isThere) this.pushing = scene !== this.shown?.id && scene;
    return isThere;
  }

  settle() {
    this.writeAddress();
    this.tell('settled');
  }

  // Walking makes an entry in the history, turning changes the present one. In a frame the history is the other page's.
  writeAddress() {
    clearTimeout(this.settled);
    if (!this.view || !this.shown) return;
    const fragment = viewUrl.format(this.shown.id, this.view);
    if (this.pushing && this.pushing === this.shown.id) {
      this.pushing = false;
      if (inFrame) history.replaceState(null, '', fragment);
      else history.pushState(null, '', fragment);
    } else if (!this.pushing && location.hash !== fragment) {
      history.replaceState(history.state, '', fragment);
    }
  }

  readAddress() {
    const { scene, view, hotspot } = viewUrl.parse(location.hash);
    const target = scene ?? this.document.start.scene;
    const arrival = { ...this.openingView(target), ...view };
    const [yaw, pitch, fov] = ['yaw', 'pitch', 'fov'].map((name) => arrival[name] ?? NaN);
    this.pushing = false;
    clearTimeout(this.settled);
    if (this.viewer.go(target, yaw, pitch, fov) && hotspot) this.present(target, hotspot);
  }
}

function trouble(error) {
  console.error(error);
  find('trouble').hidden = false;
}

// The list in the shopper's language; a frame has no link to it.
function linkList(tag) {
  const list = new URL(given.list, location.href);
  list.searchParams.set('lang', tag);
  given.list = list.href;
  if (find('list')) find('list').href = list;
}

function toList() {
  location.replace(given.list);
}

// What the address says, then what was chosen earlier, then what the server made of the browser's wishes.
function chosenLanguage(languages) {
  const asked = new URLSearchParams(location.search).get('lang');
  const earlier = remembered();
  return !asked && languages.includes(earlier) && words()[earlier] ? earlier : document.documentElement.lang;
}

async function boot() {
  find('again').addEventListener('click', () => location.reload());
  const wasm = init({ module_or_path: program ?? given.wasm });
  // Whichever fails first is told below.
  wasm.catch(() => {});
  // An address with a view begins there; the poster shows another one.
  const wanted = viewUrl.parse(location.hash);
  if (wanted.scene || wanted.view) find('poster')?.remove();
  if (!gl) {
    linkList(chosenLanguage(Object.keys(words())));
    return toList();
  }
  // What this browser lacks is not offered.
  stage.querySelector('[data-control="fullscreen"]').hidden = !support.fullscreen();
  stage.querySelector('[data-control="gyroscope"]').hidden = !support.gyroscope();

  const ahead = new Ahead();
  const json = await fetchText(given.api);
  const page = new StorePage(json, ahead);
  // Turning soon writes another one.
  page.arrivedWith = location.hash;
  const { panoramas } = page.published;
  const begin = wanted.scene ?? given.scene;
  const first = page.document.scenes.find(({ id }) => id === begin);
  // Decoded while the program is still on its way.
  if (panoramas[first?.panorama]) ahead.get([panoramas[first.panorama].preview]);
  const tag = chosenLanguage(page.document.languages);
  const speaking = page.speak(tag, false);
  speaking.catch(() => {});
  if (find('language')) {
    find('language').value = tag;
  }
  // The browser looks up how amounts are written now, not in the first frame.
  const product = page.published.products.find((product) => product.price);
  if (product) price(product.price, tag);
  const { memory } = await wasm;
  const view = wanted.view ? { ...page.openingView(begin), ...wanted.view } : {};
  const angles = ['yaw', 'pitch', 'fov'].map((name) => view[name] ?? NaN);
  const store = new ReadStore(json);
  // Now the line is free, and stays so while the program starts.
  const isWatched = !document.hidden && navigator.connection?.saveData !== true;
  if (isWatched) ahead.get(store.first_tiles(begin, ...angles, stage.clientWidth, stage.clientHeight, devicePixelRatio).map(placed));
  const viewer = new Viewer(canvas, store, page, begin, ...angles);
  try {
    await page.start(viewer, memory);
  } catch (error) {
    console.error(error);
    return toList();
  }
  if (inFrame) import('./embed.js').then(({ Embed }) => new Embed(page));
  await speaking;
  if (wanted.hotspot) page.present(begin, wanted.hotspot);
}

boot().catch((error) => {
  // Without WebAssembly the list is there all the same.
  if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) toList();
  else trouble(error);
});
