"""Checks the demo store against the rendered shop.

Every hotspot's own angles, as they stand in store.json, are sent out as a ray
from the camera; what the ray meets must be the thing which the hotspot is
about. Links must meet the floor or nothing before the next camera. Also checks
that ids are unique, angles are apart, and every scene can be reached.
"""

from __future__ import annotations

import json
import math
import sys

import bpy
from mathutils import Vector

import build
from hotspots import targets
from paths import DEMO
from shop import CAMERAS

# What a ray towards a hotspot without a product must meet.
EXPECTED = {
    "entrance-hours": "hours",
    "entrance-fruit": ("fruit", "pineapple", "crown"),
    "entrance-notice-board": "notice board",
    "aisle-tea-picture": "tea sign",
    "fridge-cold-note": "cold note",
    "counter-coupon": "coupon",
    "counter-tea-eggs": ("tea egg", "egg", "pot", "broth"),
    "arcade-coupon": "menu board",
    "arcade-bench": ("bench", "sitting things"),
    "arcade-sign": "front sign",
}
# Nearer than this a finger hits the wrong one; a shelf seen from afar may be
# nearer, where the viewer shows several markers as one.
APART_DEG = 6.0
AFAR = {"entrance-tea-ool-150", "entrance-tea-jas-150", "entrance-tea-blk-020"}


def direction(scene: str, yaw: float, pitch: float) -> Vector:
    heading, up = math.radians(yaw + CAMERAS[scene].north), math.radians(pitch)
    return Vector((math.sin(heading) * math.cos(up), math.cos(heading) * math.cos(up), math.sin(up)))


def first_hit(scene: str, yaw: float, pitch: float):
    """Name and place of the first thing on the ray that is not glass."""
    graph = bpy.context.evaluated_depsgraph_get()
    way = direction(scene, yaw, pitch)
    start = Vector(CAMERAS[scene].eye)
    while True:
        hit, at, _, _, obj, _ = bpy.context.scene.ray_cast(graph, start, way)
        if not hit:
            return "nothing", at
        if "glass" not in obj.name:
            return obj.name, at
        start = at + way * 0.001


def check_spot(scene: str, spot: dict, target) -> str | None:
    name, at = first_hit(scene, spot["yaw"], spot["pitch"])
    if target.kind == "link":
        other = CAMERAS[target.subject]
        off = math.dist((at.x, at.y), (other.x, other.y))
        good = name.startswith(("floor", "doormat", "walkway")) and off < 0.5
    elif target.kind == "product":
        good = name.startswith(f"{target.subject}#")
    else:
        wanted = EXPECTED[target.id]
        good = name.startswith(wanted)
    print(f"{scene:9} {spot['id']:26} {spot['yaw']:8.2f} {spot['pitch']:7.2f}  meets {name}")
    return None if good else f"{spot['id']}: meets {name} at {tuple(round(v, 2) for v in at)}"


def main() -> None:
    build.shop()
    store = json.loads((DEMO / "store.json").read_text(encoding="utf-8"))
    wanted = {t.id: t for t in targets()}
    faults, seen, ways = [], set(), {}
    for scene in store["scenes"]:
        spots = scene["hotspots"]
        ways[scene["id"]] = [s["link"]["scene"] for s in spots if "link" in s]
        for spot in spots:
            if spot["id"] in seen:
                faults.append(f"{spot['id']}: id is used twice")
            seen.add(spot["id"])
            fault = check_spot(scene["id"], spot, wanted[spot["id"]])
            if fault:
                faults.append(fault)
        for i, a in enumerate(spots):
            for b in spots[:i]:
                va, vb = (direction(scene["id"], s["yaw"], s["pitch"]) for s in (a, b))
                apart = math.degrees(va.angle(vb))
                if apart < APART_DEG and not {a["id"], b["id"]} <= AFAR:
                    faults.append(f"{a['id']} and {b['id']} are only {apart:.1f} degrees apart")
    for a, there in ways.items():
        for b in there:
            if a not in ways[b]:
                faults.append(f"{a} leads to {b}, but {b} does not lead back")
    reached, queue = set(), [store["start"]["scene"]]
    while queue:
        here = queue.pop()
        if here not in reached:
            reached.add(here)
            queue += ways[here]
    faults += [f"{s} cannot be reached" for s in ways if s not in reached]
    print("\n".join(faults) if faults else f"all {len(seen)} hotspots are where they should be")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
