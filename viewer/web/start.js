// What takes long and needs nothing of the page's other modules: it runs while they are still on their way.

import { context } from './support.js';

/** The program, compiled while it comes; null where the browser compiles no such thing. */
export const program = globalThis.WebAssembly?.compileStreaming
  ? WebAssembly.compileStreaming(fetch(document.querySelector('link[rel="preload"][type="application/wasm"]').href))
  : null;
// Whoever waits for it is told.
program?.catch(() => {});

/** The canvas' WebGL 2 context, or null. */
export const gl = context(document.querySelector('#view'));
