// Whether this browser can show the walkable store. Where it cannot, the same store is a list.

/** The canvas' WebGL 2 context, or null. The viewer takes over the context that exists already. */
export function context(canvas) {
  if (typeof WebAssembly !== 'object' || typeof createImageBitmap !== 'function') return null;
  try {
    return quiet(canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, stencil: false }));
  } catch {
    return null;
  }
}

// wgpu chooses attachment 0 also of the canvas' own framebuffer, which has none: harmless, but a warning in the console
// for every frame.
function quiet(gl) {
  let own = true;
  const [bind, choose] = [gl.bindFramebuffer.bind(gl), gl.drawBuffers.bind(gl)];
  gl.bindFramebuffer = (target, framebuffer) => {
    if (target !== gl.READ_FRAMEBUFFER) own = !framebuffer;
    bind(target, framebuffer);
  };
  gl.drawBuffers = (buffers) => { if (!own) choose(buffers); };
  return gl;
}
