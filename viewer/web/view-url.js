// The view in the address: /s/shop#scene=aisle&yaw=12.3&pitch=-4&fov=90. A link from elsewhere may name a hotspot too,
// whose card is open then: /s/shop#scene=aisle&hotspot=h-07

const rounded = (number) => String(Math.round(number * 10) / 10);

/** Scene, view and hotspot of a fragment. The view is null unless all three angles are there. */
export function parse(fragment) {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const angles = ['yaw', 'pitch', 'fov'].map((name) => (fields.get(name) ? Number(fields.get(name)) : NaN));
  const [yaw, pitch, fov] = angles;
  const view = angles.every(Number.isFinite) ? { yaw, pitch, fov } : null;
  return { scene: fields.get('scene'), view, hotspot: fields.get('hotspot') };
}

/** The fragment for a scene and a view. */
export function format(scene, view) {
  const fields = new URLSearchParams({ scene });
  for (const name of ['yaw', 'pitch', 'fov']) fields.set(name, rounded(view[name]));
  return '#' + fields;
}
