// Runs before a page's own scripts: counts frames in which WebGL drew, and notes when pictures arrived on the GPU.
(() => {
  const probe = { frames: 0, firstDraw: null, lastUpload: null, uploads: 0, painted: null, turned: null, sharp: null };
  window.probe = probe;
  let drew = false;
  const isPicture = (value) =>
    value instanceof HTMLImageElement || value instanceof ImageBitmap || value instanceof HTMLCanvasElement ||
    value instanceof ImageData || (typeof OffscreenCanvas !== 'undefined' && value instanceof OffscreenCanvas) ||
    (ArrayBuffer.isView(value) && value.byteLength > 4096);
  const wrap = (prototype, name, before) => {
    const original = prototype[name];
    if (original) prototype[name] = function (...values) { before(values); return original.apply(this, values); };
  };
  for (const context of [WebGLRenderingContext, WebGL2RenderingContext]) {
    for (const name of ['drawArrays', 'drawElements', 'drawArraysInstanced', 'drawElementsInstanced']) {
      wrap(context.prototype, name, () => {
        drew = true;
        if (probe.uploads) probe.firstDraw ??= performance.now();
      });
    }
    for (const name of ['texImage2D', 'texSubImage2D', 'texImage3D', 'texSubImage3D']) {
      wrap(context.prototype, name, (values) => {
        if (!values.some(isPicture)) return;
        probe.uploads += 1;
        probe.lastUpload = performance.now();
      });
    }
  }
  try {
    // A picture as large as the screen is no "largest contentful paint": Chromium takes it for a background.
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) probe.painted ??= entry.renderTime || entry.loadTime;
    }).observe({ type: 'element', buffered: true });
  } catch { /* Not every engine has it. */ }

  // Degrees, by the way that each viewer offers; the pages of the peers define `benchYaw`.
  const yaw = () => {
    const stage = document.getElementById('store');
    return stage ? (stage.dataset.yaw === undefined ? null : Number(stage.dataset.yaw)) : window.benchYaw?.() ?? null;
  };
  let first = null;
  const tick = () => {
    if (drew) probe.frames += 1;
    drew = false;
    const now = yaw();
    if (now !== null && probe.firstDraw !== null) {
      first ??= now;
      if (Math.abs(now - first) > 0.05) probe.turned ??= performance.now();
    }
    if (document.getElementById('store')?.dataset.state === 'sharp') probe.sharp ??= performance.now();
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})();
