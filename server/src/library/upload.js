// Uploads by tus 1.0: in pieces, so that a broken connection costs one of them, and a closed page nothing that arrived.
// A file that is chosen again goes on where it stopped: its name, size and date name it.
const PIECE = 4 << 20;
const ADDRESS = '/api/v1/uploads';
const place = document.getElementById('upload');
const list = document.getElementById('sending');
const text = place.dataset;
const tus = { 'Tus-Resumable': '1.0.0' };
/** Waits, or until the network is back. */
const wait = (ms) => new Promise((done) => {
  const end = () => {
    clearTimeout(timer);
    removeEventListener('online', end);
    done();
  };
  const timer = setTimeout(end, ms);
  addEventListener('online', end);
});
const percent = new Intl.NumberFormat(document.documentElement.lang, { style: 'percent' });

const base64 = (words) => btoa(String.fromCharCode(...new TextEncoder().encode(words)));
const keyOf = (file, kind) => `vitrine-upload:${kind}:${file.name}:${file.size}:${file.lastModified}`;
const remember = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* private mode: it begins anew */ } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
};

/** What the server says is wrong. */
async function reason(answer) {
  try {
    return (await answer.json()).detail || answer.statusText;
  } catch {
    return answer.statusText;
  }
}

/** A line of the list, with what is said and how far it is. */
function line(name) {
  const row = document.createElement('li');
  row.className = 'row';
  const words = row.appendChild(document.createElement('div'));
  words.className = 'row-text';
  words.appendChild(document.createElement('strong')).textContent = name;
  const said = words.appendChild(document.createElement('span'));
  said.className = 'quiet small';
  said.dataset.said = '';
  // Seen, not said: it changes too often to be read out.
  const part = words.appendChild(document.createElement('span'));
  part.className = 'quiet small';
  part.dataset.part = '';
  part.setAttribute('aria-hidden', 'true');
  const bar = words.appendChild(document.createElement('progress'));
  bar.setAttribute('aria-label', name);
  const end = row.appendChild(document.createElement('button'));
  end.type = 'button';
  end.className = 'button plain';
  end.dataset.end = '';
  end.textContent = text.stop;
  end.setAttribute('aria-label', `${text.stop}: ${name}`);
  list.hidden = false;
  list.prepend(row);
  return row;
}

function show(row, words, done, of) {
  const said = row.querySelector('[data-said]');
  if (said.textContent !== words) said.textContent = words;
  const part = row.querySelector('[data-part]');
  if (part) part.textContent = of ? percent.format(Math.floor((100 * done) / of) / 100) : '';
  const bar = row.querySelector('progress');
  if (!bar) return;
  bar.hidden = done === undefined;
  if (of) {
    bar.max = of;
    bar.value = done;
  } else {
    bar.removeAttribute('value');
  }
}

function over(row, words) {
  row.dataset.state = 'over';
  show(row, words);
  const end = row.querySelector('[data-end]');
  end.textContent = text.away;
}

/** Opens an upload, or finds the one that was interrupted. Returns its address and how much is there. */
async function open(file, kind) {
  const key = keyOf(file, kind);
  const before = remember.get(key);
  if (before) {
    const answer = await fetch(before, { method: 'HEAD', headers: tus });
    const there = Number(answer.headers.get('Upload-Offset'));
    if (answer.ok && there < file.size) return { address: before, offset: there };
    remember.drop(key);
  }
  const metadata = `filename ${base64(file.name)},kind ${base64(kind)}`;
  const headers = { ...tus, 'Upload-Length': String(file.size), 'Upload-Metadata': metadata };
  const answer = await fetch(ADDRESS, { method: 'POST', headers });
  if (!answer.ok) throw new Error(await reason(answer));
  const address = answer.headers.get('Location');
  remember.set(key, address);
  return { address, offset: 0 };
}

/** Sends a piece; `told(bytes)` hears how much of it left. The answer's status, 0 where there is none, and what it says. */
function patch(address, at, piece, told) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open('PATCH', address);
    for (const [name, value] of Object.entries({ ...tus, 'Upload-Offset': String(at), 'Content-Type': 'application/offset+octet-stream' })) {
      request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => told(event.loaded);
    request.onloadend = () => {
      let why = request.statusText;
      try {
        why = JSON.parse(request.responseText).detail || why;
      } catch { /* no words */ }
      done({ status: request.status, offset: Number(request.getResponseHeader('Upload-Offset')), why });
    };
    request.send(piece);
  });
}

/** Sends pieces until all of it is there. Waits longer after each failure in a row; gives up when refused. */
async function send(row, file, kind) {
  const { address, offset } = await open(file, kind);
  row.dataset.upload = address.split('/').pop();
  let at = offset;
  let failures = 0;
  while (at < file.size && row.isConnected) {
    show(row, text.sending, at, file.size);
    const from = at;
    const answer = await patch(address, at, file.slice(at, at + PIECE), (bytes) => show(row, text.sending, from + bytes, file.size));
    if (answer.status === 204) {
      at = answer.offset;
      failures = 0;
      continue;
    }
    const isFinal = answer.status >= 400 && answer.status < 500 && ![409, 423, 429].includes(answer.status);
    if (isFinal) {
      remember.drop(keyOf(file, kind));
      throw new Error(answer.why);
    }
    failures += 1;
    show(row, text.again, at, file.size);
    await wait(Math.min(1000 * 2 ** failures, 30000));
    try {
      const there = await fetch(address, { method: 'HEAD', headers: tus });
      if (there.ok) at = Number(there.headers.get('Upload-Offset'));
    } catch { /* still broken: the next piece tells */ }
  }
  remember.drop(keyOf(file, kind));
}

/** Watches what becomes of an upload; true when it is in the library. */
async function watch(row) {
  while (row.isConnected && row.dataset.state !== 'over') {
    let state = null;
    try {
      const answer = await fetch(`${ADDRESS}/${row.dataset.upload}`);
      if (answer.status === 404) return row.remove();
      if (answer.ok) state = await answer.json();
    } catch { /* looked at again below */ }
    if (state?.state === 'done') {
      row.remove();
      return true;
    }
    if (state?.state === 'failed' || state?.state === 'cancelled') {
      return over(row, [state.failure ?? text.refused, state.detail ?? ''].join(' ').trim());
    }
    if (state) show(row, state.state === 'running' ? text.working : text.waiting, state.done, state.of);
    await wait(1000);
  }
}

/** One after the other: side by side they are no quicker on one connection. */
let queue = Promise.resolve();
let busy = 0;
// Something of what was sent is in the library, which does not show it yet.
let isNew = false;
/** When the last one has ended, whether it was taken or not. */
function ended(wasTaken) {
  isNew ||= wasTaken;
  list.hidden = !list.children.length;
  if (isNew && !busy) location.reload();
}
function take(files) {
  const kind = document.getElementById('wanted').value;
  for (const file of files) {
    const row = line(file.name);
    if (file.size > Number(text.max) * 1048576) {
      over(row, text.large);
      continue;
    }
    show(row, text.waiting, 0);
    busy += 1;
    const sent = queue.then(() => row.isConnected && send(row, file, kind));
    queue = sent.catch(() => {});
    sent.then(() => watch(row), (error) => over(row, `${text.refused} ${error.message}`)).then((wasTaken) => {
      busy -= 1;
      ended(wasTaken === true);
    });
  }
}

list.addEventListener('click', async (event) => {
  const row = event.target.closest('[data-end]')?.closest('li');
  if (!row) return;
  const { upload } = row.dataset;
  row.remove();
  list.hidden = !list.children.length;
  if (upload) await fetch(`${ADDRESS}/${upload}`, { method: 'DELETE', headers: tus }).catch(() => {});
});
for (const id of ['files', 'camera']) {
  document.getElementById(id).addEventListener('change', (event) => {
    take([...event.target.files]);
    event.target.value = '';
  });
}
for (const kind of ['dragenter', 'dragover']) {
  place.addEventListener(kind, (event) => {
    event.preventDefault();
    place.classList.add('over');
  });
}
for (const kind of ['dragleave', 'drop']) place.addEventListener(kind, () => place.classList.remove('over'));
place.addEventListener('drop', (event) => {
  event.preventDefault();
  take([...event.dataTransfer.files]);
});
addEventListener('beforeunload', (event) => {
  if (list.querySelector('li[data-upload] progress:not([hidden])') && busy) event.preventDefault();
});
for (const row of list.querySelectorAll('li[data-state="waiting"], li[data-state="running"]')) {
  watch(row).then((wasTaken) => ended(wasTaken === true));
}
