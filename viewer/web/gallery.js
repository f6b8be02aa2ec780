// A product's pictures and its video beside each other: a finger swipes, the arrow keys and the dots step. Every one of
// them is in the document, so that a screen reader finds them all.

import { icon } from './hotspots.js';

// As much of a slide as is in sight when it counts as the one that is shown.
const IN_SIGHT = 0.6;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

function button(className, name, content) {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = className;
  if (name) element.setAttribute('aria-label', name);
  element.append(content);
  return element;
}

/** The gallery of `shown`, pictures and videos: two at least. */
export function gallery(shown, language, sprite) {
  const slides = shown.map((element) => {
    const slide = document.createElement('li');
    slide.append(element);
    return slide;
  });
  const name = (index) => {
    const { tagName, alt } = shown[index];
    const place = language.t(tagName === 'VIDEO' ? 'gallery.video' : 'gallery.picture', { number: index + 1, count: shown.length });
    return alt ? language.t('gallery.named', { place, alt }) : place;
  };

  const list = document.createElement('ul');
  list.className = 'slides';
  list.tabIndex = 0;
  list.setAttribute('aria-label', language.t('gallery.label'));
  list.append(...slides);
  const dots = shown.map((element, index) => {
    const dot = button('dot', name(index), element.tagName === 'VIDEO' ? icon(sprite, 'play') : '');
    dot.addEventListener('click', () => step(index));
    return dot;
  });
  const row = document.createElement('div');
  row.className = 'dots';
  row.append(...dots);
  // For a mouse; keys and ears have the list and the dots.
  const arrows = [-1, 1].map((by) => {
    const arrow = button(by < 0 ? 'arrow before' : 'arrow after', '', icon(sprite, 'arrow'));
    arrow.tabIndex = -1;
    arrow.setAttribute('aria-hidden', 'true');
    arrow.addEventListener('click', () => step(at + by));
    return arrow;
  });
  const said = document.createElement('p');
  said.className = 'unseen';
  said.setAttribute('role', 'status');

  let at = 0;
  function mark(index) {
    // A video that is out of sight is not heard either.
    if (index !== at && shown[at].tagName === 'VIDEO') shown[at].pause();
    at = index;
    dots.forEach((dot, other) => dot.setAttribute('aria-current', String(other === at)));
    arrows[0].disabled = at === 0;
    arrows[1].disabled = at === shown.length - 1;
  }
  function step(wanted) {
    const index = Math.min(Math.max(wanted, 0), shown.length - 1);
    if (index === at) return;
    mark(index);
    said.textContent = name(index);
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    // Not by `scrollBy`, which stops at every slide on the way.
    const left = list.scrollLeft + slides[index].getBoundingClientRect().left - list.getBoundingClientRect().left;
    list.scrollTo({ left, behavior: isCalm ? 'instant' : 'smooth' });
  }
  list.addEventListener('keydown', (event) => {
    // A video's own keys are its own.
    if (event.target !== list || !(event.key in STEPS) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const isReversed = getComputedStyle(list).direction === 'rtl' && event.key.startsWith('Arrow');
    step(at + STEPS[event.key] * (isReversed ? -1 : 1));
  });
  const watch = new IntersectionObserver((entries) => {
    const found = entries.find(({ isIntersecting }) => isIntersecting);
    if (found) mark(slides.indexOf(found.target));
  }, { root: list, threshold: IN_SIGHT });
  for (const slide of slides) watch.observe(slide);
  mark(0);

  const whole = document.createElement('div');
  whole.className = 'slideshow';
  whole.append(list, ...arrows, row, said);
  return whole;
}
