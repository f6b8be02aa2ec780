// Whether this browser can show the walkable store. Where it cannot, the same store is a list.

/** The canvas' WebGL 2 context, or null. The viewer takes over the context that exists already. */
export function context(canvas) {
  if (typeof WebAssembly !== 'object' || typeof createImageBitmap !== 'function') return null;
  try {
    return canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, stencil: false });
  } catch {
    return null;
  }
}
