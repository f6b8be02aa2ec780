// Pages opened inside another app's own browser lack things: the whole screen, sensors, other tabs. Where that is so, a
// way to the phone's real browser is offered, once, quietly.

import { icon } from '../hotspots.js';

const APPS = [['LINE', /\bLine\/[\d.]+/i], ['Instagram', /\bInstagram\b/], ['Facebook', /\bFB(AN|AV|_IAB)\b|\bFBIOS\b/]];
const DISMISSED = 'vitrine.inside';

/** The app whose browser this is; null in a browser of its own. */
export const app = (agent) => APPS.find(([, pattern]) => pattern.test(agent))?.[0] ?? null;

/** The address that opens this page outside; null where the app has no such way and only its own menu helps. */
export function address(agent, here) {
  if (app(agent) === 'LINE') {
    // LINE's own parameter: https://developers.line.biz/en/docs/line-login/using-line-url-scheme/
    const url = new URL(here);
    url.searchParams.set('openExternalBrowser', '1');
    return url.href;
  }
  const url = new URL(here);
  if (app(agent) && /Android/.test(agent)) {
    // What stands before the last `#` is the address, its fragment too (Android's Intent.parseUri).
    return `intent://${url.host}${url.pathname}${url.search}${url.hash}#Intent;scheme=${url.protocol.slice(0, -1)};action=android.intent.action.VIEW;end`;
  }
  return null;
}

function dismissed(set) {
  try {
    if (set) sessionStorage.setItem(DISMISSED, '1');
    return sessionStorage.getItem(DISMISSED) === '1';
  } catch {
    return false;
  }
}

// Over plain http there is no clipboard.
const copy = async (text) => navigator.clipboard.writeText(text);

/** The hint. */
export class Outside {
  constructor(page, agent = navigator.userAgent) {
    if (!app(agent) || dismissed(false)) return;
    const bar = document.createElement('div');
    bar.className = 'outside plate';
    const words = document.createElement('span');
    const close = document.createElement('button');
    const way = address(agent, location.href);
    const link = document.createElement(way ? 'a' : 'button');
    if (way) link.addEventListener('click', () => { link.href = address(agent, location.href); });
    if (way) link.href = way;
    else {
      link.type = 'button';
      link.addEventListener('click', () => copy(location.href)
        .then(() => page.say(page.language.t('outside.copied'), true), () => page.say(page.language.t('outside.menu'), true)));
    }
    link.className = 'pill';
    close.type = 'button';
    close.className = 'tool';
    close.append(icon(page.icons, 'close'));
    close.addEventListener('click', () => { dismissed(true); bar.remove(); });
    const name = () => {
      words.textContent = page.language.t('outside.hint', { app: app(agent) });
      link.textContent = page.language.t(way ? 'outside.open' : 'outside.copy');
      close.setAttribute('aria-label', page.language.t('card.close'));
    };
    name();
    page.addEventListener('words', name);
    bar.append(words, link, close);
    page.stage.querySelector('.bar').append(bar);
  }
}
