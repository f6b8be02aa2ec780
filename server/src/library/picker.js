// A field that chooses from the media library (picker.html): search, more, order, and what was uploaded meanwhile. The chosen
// ones stand on top as hidden fields, in order; the boxes below only say which they are.
const PAUSE_MS = 250;

function start(picker) {
  const { name, kind, many } = picker.dataset;
  const isMany = many === '1';
  const picked = picker.querySelector('[data-picked]');
  const picks = picker.querySelector('[data-picks]');
  const find = picker.querySelector('[data-find]');
  const words = find.querySelector('input');
  const more = picker.querySelector('[data-more]');
  const empty = picker.querySelector('[data-empty]');
  const inputs = () => [...picks.querySelectorAll('.pick-input')];
  const ids = () => [...picked.querySelectorAll('input')].map((field) => field.value);
  const titleOf = (input) => input.closest('.pick').querySelector('.pick-name').textContent;

  function button(text, label, act) {
    const one = document.createElement('button');
    one.type = 'button';
    one.className = 'button plain';
    one.textContent = text;
    one.setAttribute('aria-label', label);
    one.title = label;
    one.addEventListener('click', act);
    return one;
  }

  function add(input) {
    if (!isMany) picked.replaceChildren();
    if (input.value && !ids().includes(input.value)) {
      const title = titleOf(input);
      const row = document.createElement('li');
      const field = document.createElement('input');
      Object.assign(field, { type: 'hidden', name, value: input.value });
      const picture = input.closest('.pick').querySelector('img, .pick-video').cloneNode(true);
      const said = document.createElement('span');
      said.className = 'picked-name';
      said.textContent = title;
      row.append(field, picture, said);
      if (isMany) {
        const earlier = button('↑', picker.dataset.earlier.replace('{name}', title), () => {
          row.previousElementSibling?.before(row);
          // Where it comes first the button goes; the other one of the row has the focus then.
          (row.previousElementSibling ? earlier : row.querySelector('button:last-of-type')).focus();
          changed();
        });
        earlier.dataset.earlier = '';
        row.append(earlier);
      }
      row.append(button('✕', picker.dataset.remove.replace('{name}', title), () => {
        const next = row.nextElementSibling ?? row.previousElementSibling;
        row.remove();
        marks();
        changed();
        (next?.querySelector('button:last-of-type') ?? picker.querySelector('summary')).focus();
      }));
      picked.append(row);
    }
    picked.hidden = !picked.children.length;
  }

  /** The boxes say what is chosen. */
  function marks() {
    const chosen = ids();
    for (const input of inputs()) input.checked = chosen.includes(input.value) || (!isMany && !input.value && !chosen.length);
    picked.hidden = !chosen.length;
  }

  const changed = () => picker.dispatchEvent(new Event('change', { bubbles: true }));

  /** Boxes that send nothing themselves, each group of radio buttons with a name that no form reads. */
  function quiet() {
    for (const input of inputs()) {
      input.removeAttribute('form');
      input.name = `${name}-pick`;
      input.setAttribute('form', `${name}-nowhere`);
    }
  }

  async function load(below) {
    const query = new URLSearchParams({ kind, q: words.value.trim(), many: isMany ? '1' : '' });
    if (below) query.set('below', below);
    const answer = await fetch(`/app/media/choices?${query}`);
    if (!answer.ok || answer.redirected) return;
    const html = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const list = html.querySelector('ul');
    if (!list) return;
    const nothing = isMany ? null : inputs().find((input) => !input.value)?.closest('.pick');
    const known = new Set(below ? inputs().map((input) => input.value) : []);
    const fresh = [...list.children].filter((item) => !known.has(item.querySelector('input').value));
    if (below) picks.append(...fresh);
    else picks.replaceChildren(...(nothing ? [nothing] : []), ...fresh);
    more.dataset.below = list.dataset.below;
    more.hidden = !list.dataset.below;
    empty.hidden = fresh.length > 0 || Boolean(below);
    quiet();
    marks();
    if (below) fresh[0]?.querySelector('input').focus();
  }

  for (const input of inputs().filter((one) => one.checked)) add(input);
  quiet();
  find.hidden = false;
  more.hidden = !more.dataset.below;
  picks.addEventListener('change', (event) => {
    event.stopPropagation();
    const input = event.target;
    if (input.checked) add(input);
    else picked.querySelector(`input[value="${CSS.escape(input.value)}"]`)?.closest('li').remove();
    marks();
    changed();
  });
  let timer = 0;
  words.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => load('').catch(() => {}), PAUSE_MS);
  });
  words.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault();
  });
  more.addEventListener('click', () => load(more.dataset.below).catch(() => {}));
  // Back from the library in the other tab, where something may have been uploaded.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && picker.querySelector('details').open && !words.value) load('').catch(() => {});
  });
}

for (const picker of document.querySelectorAll('[data-picker]')) start(picker);
