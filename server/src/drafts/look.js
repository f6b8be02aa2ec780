// The draft in the very viewer, and buttons that take where one looks into the fields of the form; a field that is
// changed by hand turns the view. The frame is spoken to as docs/embedding.md says.
const PROTOCOL = 1;
const frame = document.getElementById('look');
const said = document.getElementById('look-said');
const words = document.getElementById('looking').dataset;
const rounded = (degrees) => String(Math.round(degrees * 10) / 10);
const calls = new Map();
let last = 0;

const post = (message) => frame.contentWindow.postMessage({ vitrine: PROTOCOL, ...message }, location.origin);

function call(method, values) {
  return new Promise((resolve, reject) => {
    last += 1;
    calls.set(last, { resolve, reject });
    post({ type: 'call', id: last, method, ...values });
  });
}

const say = (text) => { said.textContent = text; };

/** The view, of the scene that a button is about; where another one is shown, it is walked to first. */
async function lookingAt(button) {
  const { scene, sceneField } = button.dataset;
  const wanted = scene ?? document.getElementById(sceneField)?.value;
  const now = await call('getState', {});
  if (!wanted || now.scene === wanted) return now.view;
  await call('goTo', { scene: wanted });
  say(words.saidTurn);
  return null;
}

function fill(values) {
  for (const [id, degrees] of Object.entries(values)) {
    const field = document.getElementById(id);
    if (!field) continue;
    field.value = rounded(degrees);
    field.classList.remove('taken');
    requestAnimationFrame(() => field.classList.add('taken'));
  }
  say(words.saidTaken);
}

async function take(button) {
  const view = await lookingAt(button);
  if (!view) return;
  const { take, north } = button.dataset;
  // Compass heading = yaw + north: where one looks is 0 then.
  if (north !== undefined) fill({ [north]: view.yaw === 0 ? 0 : -view.yaw });
  else fill(Object.fromEntries(Object.entries(view).map(([name, degrees]) => [take + name, degrees])));
}

function ready() {
  for (const tools of document.querySelectorAll('.look-tools')) tools.hidden = false;
}

addEventListener('message', ({ source, origin, data }) => {
  if (source !== frame.contentWindow || origin !== location.origin || data?.vitrine !== PROTOCOL) return;
  if (data.type === 'hello') post({ type: 'connect' });
  else if (data.type === 'connected') ready();
  else if (data.type === 'result') {
    const waiting = calls.get(data.id);
    calls.delete(data.id);
    if (data.error) waiting?.reject(new Error(data.error));
    else waiting?.resolve(data.value);
  }
});
// The frame may have been there before this module.
frame.addEventListener('load', () => post({ type: 'connect' }));
post({ type: 'connect' });

for (const button of document.querySelectorAll('[data-take], [data-north]')) {
  button.addEventListener('click', () => take(button).catch((error) => say(error.message)));
}
for (const field of document.querySelectorAll('#yaw, #pitch, #fov')) {
  field.addEventListener('change', () => {
    const degrees = Number(field.value.replace(',', '.'));
    if (field.value.trim() !== '' && Number.isFinite(degrees)) call('setView', { view: { [field.id]: degrees } }).catch(() => {});
  });
}
