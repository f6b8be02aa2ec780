// How far publishing is: the page is asked for again, and its part that tells takes the old one's place.
const EVERY_MS = 700;

async function look() {
  try {
    const answer = await fetch(location.pathname, { credentials: 'same-origin', redirect: 'manual' });
    // It is done, or the session has ended: the page itself knows where to go.
    if (answer.type === 'opaqueredirect') return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('publishing');
    if (!fresh) return location.reload();
    document.getElementById('publishing').replaceChildren(...fresh.childNodes);
  } catch {
    // The network is away; the next look may find it.
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
