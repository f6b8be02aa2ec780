// What a pointer or the arrow keys choose in a chart is read out above it. Choices of the form are sent as they are made.

for (const form of document.querySelectorAll('[data-send-on-change]')) {
  form.classList.add('sends');
  form.addEventListener('change', (event) => {
    // A scene belongs to its store.
    if (event.target.name === 'store') form.elements.scene?.remove();
    form.requestSubmit();
  });
}

for (const figure of document.querySelectorAll('[data-chart]')) {
  const readout = figure.querySelector('[data-readout]');
  for (const plot of figure.querySelectorAll('.plot')) follow(plot, readout);
}

function follow(plot, readout) {
  const slots = [...plot.querySelectorAll('.slot')];
  const cursor = plot.querySelector('.cursor');
  const [now, before] = [cursor.querySelector('.dot'), cursor.querySelector('.dot-before')];
  const texts = slots.map((slot) => {
    const title = slot.querySelector('title');
    const text = title.textContent.trim();
    // The text is read out above the chart; the browser's own would lie over it.
    title.remove();
    return text;
  });
  let chosen = -1;

  const put = (dot, x, y) => {
    dot.toggleAttribute('hidden', y === undefined);
    dot.style.display = y === undefined ? 'none' : '';
    if (y !== undefined) {
      dot.setAttribute('cx', x);
      dot.setAttribute('cy', y);
    }
  };
  const choose = (index) => {
    chosen = index;
    cursor.style.display = index < 0 ? 'none' : '';
    readout.textContent = texts[index] ?? '';
    if (index < 0) return;
    const { x, y, before: other } = slots[index].dataset;
    for (const end of ['x1', 'x2']) cursor.querySelector('line').setAttribute(end, x);
    put(now, x, y);
    put(before, x, other);
    plot.setAttribute('aria-valuenow', String(index));
    plot.setAttribute('aria-valuetext', texts[index]);
  };
  const at = (event) => {
    const box = plot.getBoundingClientRect();
    const [left, right] = [Number(plot.dataset.left), Number(plot.dataset.right)];
    const x = ((event.clientX - box.left) / box.width) * plot.viewBox.baseVal.width;
    return Math.min(slots.length - 1, Math.max(0, Math.floor(((x - left) / (right - left)) * slots.length)));
  };

  cursor.removeAttribute('hidden');
  cursor.style.display = 'none';
  // One stop for the keyboard; the arrows go from day to day, as on any slider.
  plot.setAttribute('role', 'slider');
  plot.setAttribute('tabindex', '0');
  plot.setAttribute('aria-valuemin', '0');
  plot.setAttribute('aria-valuemax', String(slots.length - 1));
  plot.setAttribute('aria-valuenow', String(slots.length - 1));
  plot.setAttribute('aria-valuetext', texts[slots.length - 1] ?? '');
  plot.addEventListener('pointermove', (event) => choose(at(event)));
  plot.addEventListener('pointerdown', (event) => choose(at(event)));
  plot.addEventListener('pointerleave', (event) => {
    if (event.pointerType === 'mouse' && document.activeElement !== plot) choose(-1);
  });
  plot.addEventListener('focus', () => choose(chosen < 0 ? slots.length - 1 : chosen));
  plot.addEventListener('blur', () => choose(-1));
  plot.addEventListener('keydown', (event) => {
    const last = slots.length - 1;
    const to = { ArrowLeft: chosen - 1, ArrowRight: chosen + 1, ArrowDown: chosen - 1, ArrowUp: chosen + 1, PageDown: chosen - 7, PageUp: chosen + 7, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(Math.min(last, Math.max(0, to)));
  });
}
