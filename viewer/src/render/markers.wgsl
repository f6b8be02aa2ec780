// Round markers of the native window: a disc with a rim and a sign, drawn by distance, sharp at any size.

struct Screen {
    size: vec2<f32>,
    pixel_ratio: f32,
    unused: f32,
}

struct Marker {
    // Pixels from the upper left corner; radius.
    @location(0) centre_radius: vec3<f32>,
    // 1: a way on (chevron); 0: a card (dot).
    @location(1) leads_on: f32,
    @location(2) colour: vec4<f32>,
}

struct Corner {
    @builtin(position) position: vec4<f32>,
    @location(0) offset: vec2<f32>,
    @location(1) @interpolate(flat) radius: f32,
    @location(2) @interpolate(flat) leads_on: f32,
    @location(3) @interpolate(flat) colour: vec4<f32>,
}

@group(0) @binding(0) var<uniform> screen: Screen;

@vertex
fn vertex(@builtin(vertex_index) index: u32, marker: Marker) -> Corner {
    let corner = vec2<f32>(f32(index & 1u), f32(index >> 1u)) * 2.0 - 1.0;
    let offset = corner * (marker.centre_radius.z + 2.0);
    let pixel = marker.centre_radius.xy + offset;
    var out: Corner;
    out.position = vec4<f32>(pixel.x / screen.size.x * 2.0 - 1.0, 1.0 - pixel.y / screen.size.y * 2.0, 0.0, 1.0);
    out.offset = offset;
    out.radius = marker.centre_radius.z;
    out.leads_on = marker.leads_on;
    out.colour = marker.colour;
    return out;
}

fn segment(at: vec2<f32>, from_point: vec2<f32>, to_point: vec2<f32>) -> f32 {
    let along = to_point - from_point;
    let t = clamp(dot(at - from_point, along) / dot(along, along), 0.0, 1.0);
    return length(at - from_point - along * t);
}

@fragment
fn fragment(in: Corner) -> @location(0) vec4<f32> {
    let distance = length(in.offset);
    let disc = clamp(in.radius - distance + 0.5, 0.0, 1.0);
    let rim = clamp(1.5 * screen.pixel_ratio - abs(distance - in.radius + 1.5 * screen.pixel_ratio) + 0.5, 0.0, 1.0);
    let unit = in.offset / in.radius;
    let chevron = min(
        segment(unit, vec2<f32>(-0.4, 0.15), vec2<f32>(0.0, -0.25)),
        segment(unit, vec2<f32>(0.4, 0.15), vec2<f32>(0.0, -0.25)),
    ) - 0.09;
    let dot_sign = length(unit) - 0.3;
    let sign = clamp(0.5 - mix(dot_sign, chevron, in.leads_on) * in.radius, 0.0, 1.0);
    let colour = mix(in.colour.rgb, vec3<f32>(1.0), max(sign, rim));
    return vec4<f32>(colour, disc * mix(0.85, 1.0, max(sign, rim)));
}
