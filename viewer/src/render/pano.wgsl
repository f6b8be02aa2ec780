// Visible tiles of up to two panoramas, each a quad on a face of the cube around the eye, one texture layer each.

struct Views {
    // 0: the panorama that is shown; 1: the one that fades away on top of it.
    clip_from_panorama: array<mat4x4<f32>, 2>,
}

struct Tile {
    @location(0) origin_layer: vec4<f32>,
    @location(1) right_opacity: vec4<f32>,
    @location(2) down_view: vec4<f32>,
    // Left, top, right, bottom.
    @location(3) texels: vec4<f32>,
}

struct Corner {
    @builtin(position) position: vec4<f32>,
    @location(0) texel: vec2<f32>,
    @location(1) @interpolate(flat) layer: i32,
    @location(2) @interpolate(flat) opacity: f32,
}

@group(0) @binding(0) var<uniform> views: Views;
@group(0) @binding(1) var tiles: texture_2d_array<f32>;
@group(0) @binding(2) var linear: sampler;

@vertex
fn vertex(@builtin(vertex_index) index: u32, tile: Tile) -> Corner {
    let corner = vec2<f32>(f32(index & 1u), f32(index >> 1u));
    let in_panorama = tile.origin_layer.xyz + tile.right_opacity.xyz * corner.x + tile.down_view.xyz * corner.y;
    var out: Corner;
    out.position = views.clip_from_panorama[u32(tile.down_view.w)] * vec4<f32>(in_panorama, 1.0);
    out.texel = mix(tile.texels.xy, tile.texels.zw, corner);
    out.layer = i32(tile.origin_layer.w);
    out.opacity = tile.right_opacity.w;
    return out;
}

@fragment
fn fragment(in: Corner) -> @location(0) vec4<f32> {
    return vec4<f32>(textureSampleLevel(tiles, linear, in.texel, in.layer, 0.0).rgb, in.opacity);
}
