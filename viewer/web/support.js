// What this browser can do. Where it cannot show the walkable store at all, the same store is a list.

/** The canvas' WebGL 2 context, or null. The viewer takes over the context that exists already. */
export function context(canvas) {
  if (typeof WebAssembly !== 'object' || typeof createImageBitmap !== 'function') return null;
  // As large as the viewer wants it (viewer/src/render/mod.rs): a canvas that grows is made twice.
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const ratio = Math.min(devicePixelRatio, 2, 4096 / Math.max(width, height, 1));
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  try {
    const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, stencil: false });
    return prompt(lean(quiet(gl)));
  } catch {
    return null;
  }
}

/**
 * Whether something was drawn into the canvas in this task: what nobody has drawn on is black. Told when the GPU has come so
 * far; nobody waits for it.
 */
export async function drawn(gl) {
  const buffer = gl.createBuffer();
  gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
  gl.bufferData(gl.PIXEL_PACK_BUFFER, 4, gl.STREAM_READ);
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, 0);
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  const status = () => (gl.isContextLost() ? null : gl.getSyncParameter(fence, gl.SYNC_STATUS));
  while (status() === gl.UNSIGNALED) await new Promise((resolve) => setTimeout(resolve, 50));
  // A context that was lost meanwhile, or is another one now, has nothing to say.
  if (status() === null) return true;
  const pixel = new Uint8Array(4);
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
  gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, pixel);
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
  gl.deleteBuffer(buffer);
  gl.deleteSync(fence);
  // Some browsers answer with noise, to be told apart less easily.
  return pixel[0] + pixel[1] + pixel[2] > 0;
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

// Every question to the GPU's process is a wait for all that it has to do before. What wgpu will ask is asked while the program
// is on its way; of a shader's faults the program that does not link tells all the same.
function prompt(gl) {
  const names = [gl.VENDOR, gl.RENDERER, gl.VERSION, gl.SHADING_LANGUAGE_VERSION];
  const gpu = gl.getExtension(EXTENSIONS[0]);
  if (gpu) names.push(gpu.UNMASKED_VENDOR_WEBGL, gpu.UNMASKED_RENDERER_WEBGL);
  const known = new Map(names.map((name) => [name, gl.getParameter(name)]));
  const [parameter, ofShader, ofProgram] = [gl.getParameter.bind(gl), gl.getShaderParameter.bind(gl), gl.getProgramParameter.bind(gl)];
  const [shaderLog, programLog] = [gl.getShaderInfoLog.bind(gl), gl.getProgramInfoLog.bind(gl)];
  gl.getParameter = (name) => known.get(name) ?? parameter(name);
  gl.getShaderParameter = (shader, name) => (name === gl.COMPILE_STATUS ? true : ofShader(shader, name));
  gl.getShaderInfoLog = () => '';
  let linked = false;
  gl.getProgramParameter = (program, name) => {
    const answer = ofProgram(program, name);
    if (name === gl.LINK_STATUS) linked = answer;
    return answer;
  };
  gl.getProgramInfoLog = (program) => (linked ? '' : [programLog(program), ...gl.getAttachedShaders(program).map(shaderLog)].join(' '));
  wake(gl);
  return gl;
}

// The first program of a page wakes the GPU's compiler; this one does nothing else.
function wake(gl) {
  const program = gl.createProgram();
  for (const [type, body] of [[gl.VERTEX_SHADER, 'void main() { gl_Position = vec4(0.0); }'], [gl.FRAGMENT_SHADER, 'precision mediump float; out vec4 colour; void main() { colour = vec4(0.0); }']]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, `#version 300 es\n${body}`);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  gl.deleteProgram(program);
}
