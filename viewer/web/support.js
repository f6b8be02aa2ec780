// What this browser can do. Where it cannot show the walkable store at all, the same store is a list.

/** The canvas' WebGL 2 context, or null. The viewer takes over the context that exists already. */
export function context(canvas) {
  if (typeof WebAssembly !== 'object' || typeof createImageBitmap !== 'function') return null;
  try {
    return lean(quiet(canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, stencil: false })));
  } catch {
    return null;
  }
}

/** Whether the page may fill the screen: telephones of Apple and many in-app browsers do not let it. */
export const fullscreen = () => document.fullscreenEnabled === true;

/** Whether this is something that one turns in the hand, and a page may learn of it. */
export const gyroscope = () =>
  typeof DeviceOrientationEvent === 'function' && isSecureContext && matchMedia('(pointer: coarse)').matches;

// wgpu takes every extension that there is. Each is a question to another process, together they keep a telephone from its first
// picture, and tiles of eight bits need none: they are told only the GPU's name (and a test how to lose the context).
const EXTENSIONS = ['WEBGL_debug_renderer_info', 'WEBGL_lose_context'];

function lean(gl) {
  const [take, list] = [gl.getExtension.bind(gl), gl.getSupportedExtensions.bind(gl)];
  gl.getExtension = (name) => (EXTENSIONS.includes(name) ? take(name) : null);
  gl.getSupportedExtensions = () => list()?.filter((name) => EXTENSIONS.includes(name)) ?? null;
  return gl;
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
