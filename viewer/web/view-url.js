// The view in the address: /s/shop#scene=aisle&yaw=12.3&pitch=-4&fov=90; what is left out is the scene's own. A link from elsewhere may name a hotspot too,
// whose card is open then: /s/shop#scene=aisle&hotspot=h-07

const rounded = (number) => String(Math.round(number * 10) / 10);

/**
 * Scene, view and hotspot of a fragment. The view has the angles that are there, and is null where none is; `hfov` and
 * `firstScene` are what Pannellum calls `fov` and `scene`.
 */
export function parse(fragment) {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  for (const [ours, theirs] of [['fov', 'hfov'], ['scene', 'firstScene']]) {
    if (!fields.has(ours) && fields.has(theirs)) fields.set(ours, fields.get(theirs));
  }
  const angles = ['yaw', 'pitch', 'fov'].map((name) => [name, fields.get(name) ? Number(fields.get(name)) : NaN]);
  const view = angles.filter(([, angle]) => Number.isFinite(angle));
  return { scene: fields.get('scene'), view: view.length ? Object.fromEntries(view) : null, hotspot: fields.get('hotspot') };
}

/** The fragment for a scene and a view. */
export function format(scene, view) {
  const fields = new URLSearchParams({ scene });
  for (const name of ['yaw', 'pitch', 'fov']) fields.set(name, rounded(view[name]));
  return '#' + fields;
}
