// The store page: starts the viewer, and is its host. Everything that is text is HTML here; the viewer only draws the
// panorama and says where things are.

import { Events } from './events.js';
import { Hotspots } from './hotspots.js';
import { Language, remembered } from './i18n.js';
import { connect } from './input.js';
import { Pictures } from './pictures.js';
import { context } from './support.js';
import * as viewUrl from './view-url.js';
import init, { Viewer } from './viewer.js';

// The address follows the view when it has come to rest: Safari allows few changes of it.
const SETTLED_MS = 500;

const stage = document.querySelector('#store');
const canvas = document.querySelector('#view');
const given = stage.dataset;
const find = (id) => document.getElementById(id);

const fetchText = async (url) => {
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
};

document.documentElement.style.setProperty('--brand', given.primary);
document.documentElement.style.setProperty('--on-brand', given.onPrimary);

// Addresses of the page's words by language: the page's own, and what the choice of languages names.
function words() {
  const others = [...(find('language')?.options ?? [])].filter((option) => option.dataset.strings);
  return { [document.documentElement.lang]: given.strings, ...Object.fromEntries(others.map((option) => [option.value, option.dataset.strings])) };
}

/** The viewer's host, and all that the page knows. */
class StorePage {
  constructor(json) {
    this.published = JSON.parse(json);
    this.document = this.published.document;
    this.language = new Language(words(), this.document.languages);
    this.events = new Events(this.published.id, this.published.revision);
    this.hotspots = new Hotspots(find('hotspots'), given.icons, {
      open: (hotspot, button) => this.open(hotspot, button),
      turnTo: (hotspot) => this.viewer.look_at(hotspot.yaw, hotspot.pitch),
    });
    this.view = null;
    this.shown = null;
    this.pushing = false;
    this.settled = 0;
  }

  // What the viewer calls (viewer/src/web/host.rs).

  fetch(id, url) {
    this.pictures.fetch(id, url);
  }

  abort(id) {
    this.pictures.abort(id);
  }

  scene(id) {
    this.shown = this.document.scenes.find((scene) => scene.id === id);
    const walkedByKey = find('hotspots').contains(document.activeElement);
    this.hotspots.show(this.shown, this.language);
    this.tellScene();
    // The link that was followed is gone; the picture says where one is now, and Tab goes on to what hangs in it.
    if (walkedByKey) canvas.focus();
    this.events.enter(id);
    given.scene = id;
  }

  frame(yaw, pitch, fov, frames, positions) {
    this.view = { yaw, pitch, fov };
    this.hotspots.place(positions, this.width, this.height);
    given.yaw = yaw.toFixed(3);
    given.pitch = pitch.toFixed(3);
    given.fov = fov.toFixed(3);
    given.frames = frames;
    clearTimeout(this.settled);
    this.settled = setTimeout(() => this.writeAddress(), SETTLED_MS);
    if (this.pushing && this.pushing === this.shown?.id) this.writeAddress();
  }

  state(name) {
    given.state = name;
    if (name === 'sharp') this.dropPoster();
  }

  // The page's own part.

  async start(viewer) {
    this.viewer = viewer;
    this.pictures = new Pictures((id, bitmap) => viewer.picture(id, bitmap), () => viewer.retry());
    new ResizeObserver(() => this.resize()).observe(stage);
    this.resize();
    const still = matchMedia('(prefers-reduced-motion: reduce)');
    const settle = () => viewer.reduce_motion(still.matches);
    still.addEventListener('change', settle);
    settle();
    connect(stage, viewer, () => this.interested());
    find('zoom-in').addEventListener('click', () => viewer.zoom_by(1.4));
    find('zoom-out').addEventListener('click', () => viewer.zoom_by(1 / 1.4));
    find('about').addEventListener('click', async (event) => (await this.cards()).about(event.currentTarget));
    find('language')?.addEventListener('change', (event) => this.speak(event.target.value, true));
    canvas.addEventListener('webglcontextlost', (event) => { event.preventDefault(); viewer.detach(); });
    canvas.addEventListener('webglcontextrestored', () => viewer.attach());
    addEventListener('popstate', () => this.readAddress());
    addEventListener('online', () => viewer.retry());
    await viewer.attach();
    this.events.add({ type: 'storeView' });
  }

  resize() {
    [this.width, this.height] = [stage.clientWidth, stage.clientHeight];
    this.viewer?.resize(this.width, this.height, devicePixelRatio);
  }

  // Someone turns before the view is sharp: they see what there is.
  interested() {
    if (given.state !== 'loading') this.dropPoster();
  }

  dropPoster() {
    find('poster')?.classList.add('gone');
  }

  tellScene() {
    if (!this.shown) return;
    this.language.fill(find('scene-name'), this.shown.name);
    canvas.setAttribute('aria-label', this.language.text(this.shown.alt)?.text ?? '');
  }

  async speak(tag, chosen) {
    await this.language.use(tag);
    this.hotspots.translate(this.language);
    this.language.fill(find('store-name'), this.document.name);
    document.title = find('store-name').textContent;
    this.tellScene();
    linkList(tag);
    if (!chosen) return;
    this.language.remember();
    const here = new URL(location.href);
    here.searchParams.set('lang', tag);
    history.replaceState(history.state, '', here);
  }

  cards() {
    // Cards come when the first is opened or the page is at leisure: the first view does not wait for them.
    this.cardsLoading ??= import('./cards.js').then(({ Cards }) => new Cards(find('card'), this.published, this.language, given.icons));
    return this.cardsLoading;
  }

  async open(hotspot, button) {
    this.events.add({ type: 'hotspotClick', scene: this.shown.id, hotspot: hotspot.id });
    if (hotspot.link) this.walk(hotspot.link.scene, hotspot.link.view);
    else (await this.cards()).open(hotspot, button);
  }

  // A link from elsewhere names this hotspot: it is turned to and opened.
  async present(sceneId, id) {
    const scene = this.document.scenes.find((scene) => scene.id === sceneId);
    const hotspot = scene?.hotspots.find((hotspot) => hotspot.id === id && hotspot.visible !== false);
    if (!hotspot) return;
    this.viewer.look_at(hotspot.yaw, hotspot.pitch);
    const marker = this.hotspots.markers.find((marker) => marker.hotspot.id === id);
    if (!hotspot.link) (await this.cards()).open(hotspot, marker?.button);
  }

  walk(scene, view) {
    this.writeAddress();
    if (this.viewer.go(scene, view?.yaw ?? NaN, view?.pitch ?? NaN, view?.fov ?? NaN)) this.pushing = scene;
  }

  // Walking makes an entry in the history, turning changes the present one.
  writeAddress() {
    clearTimeout(this.settled);
    if (!this.view || !this.shown) return;
    const fragment = viewUrl.format(this.shown.id, this.view);
    if (this.pushing && this.pushing === this.shown.id) {
      this.pushing = false;
      history.pushState(null, '', fragment);
    } else if (!this.pushing && location.hash !== fragment) {
      history.replaceState(history.state, '', fragment);
    }
  }

  readAddress() {
    const { scene, view } = viewUrl.parse(location.hash);
    const target = scene ?? this.document.start.scene;
    const known = this.document.scenes.find((other) => other.id === target);
    const arrival = view ?? known?.view;
    this.pushing = false;
    clearTimeout(this.settled);
    if (known) this.viewer.go(target, arrival.yaw, arrival.pitch, arrival.fov);
  }
}

function trouble(error) {
  console.error(error);
  find('trouble').hidden = false;
  find('again').addEventListener('click', () => location.reload());
}

// The list in the shopper's language.
function linkList(tag) {
  const list = new URL(given.list, location.href);
  list.searchParams.set('lang', tag);
  find('list').href = list;
}

function toList() {
  location.replace(find('list').href);
}

// What the address says, then what was chosen earlier, then what the server made of the browser's wishes.
function chosenLanguage(languages) {
  const asked = new URLSearchParams(location.search).get('lang');
  const earlier = remembered();
  return !asked && languages.includes(earlier) ? earlier : document.documentElement.lang;
}

async function boot() {
  // An address with a view begins there; the poster shows another one.
  const wanted = viewUrl.parse(location.hash);
  if (wanted.scene || wanted.view) find('poster')?.remove();
  if (!context(canvas)) {
    linkList(chosenLanguage(Object.keys(words())));
    return toList();
  }

  const wasm = init({ module_or_path: given.wasm });
  // Whichever fails first is told below.
  wasm.catch(() => {});
  const json = await fetchText(given.api);
  const page = new StorePage(json);
  const tag = chosenLanguage(page.document.languages);
  const speaking = page.speak(tag, false);
  speaking.catch(() => {});
  if (find('language')) {
    for (const option of find('language').options) {
      option.textContent = new Intl.DisplayNames([option.value], { type: 'language' }).of(option.value) ?? option.value;
    }
    find('language').value = tag;
  }
  await wasm;
  const view = wanted.view ?? { yaw: NaN, pitch: NaN, fov: NaN };
  const viewer = new Viewer(canvas, json, page, wanted.scene ?? given.scene, view.yaw, view.pitch, view.fov);
  try {
    await page.start(viewer);
  } catch (error) {
    console.error(error);
    return toList();
  }
  await speaking;
  if (wanted.hotspot) page.present(wanted.scene, wanted.hotspot);
}

boot().catch((error) => {
  // Without WebAssembly the list is there all the same.
  if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) toList();
  else trouble(error);
});
