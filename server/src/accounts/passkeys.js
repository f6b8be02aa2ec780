// Passkeys on the sign-in and on one's own page: asks the server what to ask the device, and brings the answer back.

const decode = (text) => {
  const padded = text.replace(/-/g, '+').replace(/_/g, '/');
  return Uint8Array.from(atob(padded), (character) => character.charCodeAt(0));
};
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

async function send(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body && JSON.stringify(body),
  });
  if (!response.ok) {
    const { detail, errors } = await response.json().catch(() => ({}));
    throw Object.assign(new Error(detail ?? response.statusText), { field: errors?.[0]?.path });
  }
  return response.status === 204 ? null : response.json();
}

// Names as the standard's JSON has them, for browsers that do not convert by themselves.
function outgoing({ publicKey }) {
  const known = (list) => list?.map((one) => ({ ...one, id: decode(one.id) }));
  return {
    publicKey: {
      ...publicKey,
      challenge: decode(publicKey.challenge),
      user: publicKey.user && { ...publicKey.user, id: decode(publicKey.user.id) },
      allowCredentials: known(publicKey.allowCredentials),
      excludeCredentials: known(publicKey.excludeCredentials),
    },
  };
}

function incoming(credential) {
  const { response } = credential;
  const part = (name) => (response[name] ? { [name]: encode(response[name]) } : {});
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    extensions: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: encode(response.clientDataJSON),
      ...part('attestationObject'),
      ...part('authenticatorData'),
      ...part('signature'),
      ...part('userHandle'),
    },
  };
}

/** Runs `act`, and says below the button why it did not work. Who closes the device's question did so on purpose. */
async function trying(place, button, act) {
  const why = place.querySelector('.why');
  why.textContent = '';
  button.disabled = true;
  try {
    await act();
  } catch (error) {
    const text = error.field === 'password' ? place.dataset.wrong : error.message;
    if (error.name !== 'NotAllowedError') why.textContent = `${place.dataset.failed} ${text}`;
  } finally {
    button.disabled = false;
  }
}

const signIn = document.getElementById('passkey');
const adding = document.getElementById('add-passkey');

if (window.PublicKeyCredential && signIn) {
  signIn.hidden = false;
  const button = signIn.querySelector('button');
  button.addEventListener('click', () =>
    trying(signIn, button, async () => {
      const { id, options } = await send('/api/v1/passkeys/sign-in/challenge');
      const { publicKey } = outgoing(options);
      const credential = await navigator.credentials.get({ publicKey });
      const answer = { id, credential: incoming(credential), next: signIn.dataset.next };
      location.assign((await send('/api/v1/passkeys/sign-in', answer)).next);
    }));
}

if (window.PublicKeyCredential && adding) {
  adding.hidden = false;
  const button = adding.querySelector('button');
  adding.addEventListener('submit', (event) => {
    event.preventDefault();
    trying(adding, button, async () => {
      const { id, options } = await send('/api/v1/passkeys/registration', { password: adding.elements['passkey-password']?.value ?? '' });
      const credential = await navigator.credentials.create(outgoing(options));
      await send('/api/v1/passkeys', { id, credential: incoming(credential), name: adding.elements['passkey-name'].value });
      location.reload();
    });
  });
}
