// A file may be dropped on the form, and while the server works on one, its page shows how far it is. Without this
// script the page loads itself again.
const form = document.getElementById('import-form');
const working = document.querySelector('[data-import]');
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Says that the file is on its way; false where it cannot be sent. */
function sending() {
  const [file] = form.elements.file.files;
  const said = form.querySelector('[data-said]');
  if (file && file.size > Number(form.dataset.max) * 1048576) {
    said.textContent = form.dataset.large;
    return false;
  }
  said.textContent = form.dataset.sending;
  form.querySelector('progress').hidden = false;
  return true;
}

if (form) {
  form.addEventListener('submit', (event) => {
    if (!sending()) event.preventDefault();
  });
  // The way back shows a form that sends nothing.
  addEventListener('pageshow', () => {
    form.querySelector('progress').hidden = true;
    form.querySelector('[data-said]').textContent = '';
  });
  for (const kind of ['dragenter', 'dragover']) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.add('over');
    });
  }
  for (const kind of ['dragleave', 'drop']) form.addEventListener(kind, () => form.classList.remove('over'));
  form.addEventListener('drop', (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    form.elements.file.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

if (working) {
  const said = working.querySelector('[data-said]');
  const bar = working.querySelector('progress');
  const number = new Intl.NumberFormat(document.documentElement.lang);
  for (;;) {
    await wait(1000);
    let state = null;
    try {
      const answer = await fetch(`/api/v1/imports/${working.dataset.import}`);
      if (answer.ok) state = await answer.json();
      else if (answer.status === 401 || answer.status === 404) location.reload();
    } catch { /* asked again below */ }
    if (!state) continue;
    if (state.status !== working.dataset.status || state.hasFailed) {
      location.reload();
      break;
    }
    if (state.done || state.of) {
      const words = state.of ? working.dataset.rowsOf : working.dataset.rows;
      said.textContent = words.replace('{done}', number.format(state.done)).replace('{of}', number.format(state.of));
    }
    if (state.of) {
      bar.max = state.of;
      bar.value = state.done;
    }
  }
}

// What a column is left out for shows at once.
for (const select of document.querySelectorAll('.columns select')) {
  select.addEventListener('change', () => select.closest('.row').classList.toggle('unused', !select.value));
}
