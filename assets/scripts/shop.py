"""Measures of the shop: one source for the renderer and for the document.

Metres. x grows to the east, y to the north (away from the street), z upward.
The street front is y = 0; a heading of 0 degrees looks along +y. Nothing here
needs Blender, so the document can be written without it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Point = tuple[float, float, float]

SEED = 20260
WEST, EAST, SOUTH, NORTH = -3.6, 4.0, 0.0, 9.6
CEILING = 2.95
EYE = 1.55


@dataclass(frozen=True)
class Camera:
    """Where the tripod of one scene stands; `north` is the heading of yaw 0."""

    scene: str
    x: float
    y: float
    north: float

    @property
    def eye(self) -> Point:
        return (self.x, self.y, EYE)

    @property
    def feet(self) -> Point:
        return (self.x, self.y, 0.0)


CAMERAS = {
    c.scene: c
    for c in (
        Camera("entrance", -0.35, 1.30, 0.0),
        Camera("aisle", -2.10, 4.60, 320.0),
        Camera("fridge", -0.60, 7.70, 10.0),
        Camera("counter", 1.10, 4.80, 80.0),
        Camera("arcade", 1.00, -1.55, 345.0),
    )
}

# Each pair sees the other's feet: no piece of furniture stands on the line.
NEIGHBOURS = (
    ("entrance", "aisle"),
    ("entrance", "counter"),
    ("entrance", "arcade"),
    ("aisle", "fridge"),
    ("counter", "fridge"),
)


@dataclass(frozen=True)
class Fixture:
    """A run of shelf boards with a straight front edge.

    `start` is the left end of the front edge as a customer facing it sees it,
    `facing` the heading into which the goods look. Boards are heights of their
    upper surface; `clear` is the free height above the top board.
    """

    name: str
    start: tuple[float, float]
    facing: float
    width: float
    depth: float
    boards: tuple[float, ...]
    height: float

    @property
    def out(self) -> tuple[float, float]:
        a = math.radians(self.facing)
        return (round(math.sin(a), 9), round(math.cos(a), 9))

    @property
    def along(self) -> tuple[float, float]:
        """From the customer's left to the customer's right."""
        ox, oy = self.out
        return (-oy, ox)

    def point(self, right: float, inward: float, z: float) -> Point:
        """World point: metres to the right, metres behind the front edge, height."""
        (ax, ay), (ox, oy) = self.along, self.out
        return (
            self.start[0] + ax * right - ox * inward,
            self.start[1] + ay * right - oy * inward,
            z,
        )

    def clear(self, board: int) -> float:
        """Free height between a board and what is above it."""
        top = self.boards[board + 1] - 0.03 if board + 1 < len(self.boards) else self.height
        return top - self.boards[board]


WALL_BOARDS = (0.14, 0.54, 0.92, 1.28, 1.62)
GONDOLA_BOARDS = (0.14, 0.50, 0.84, 1.16)
FRIDGE_BOARDS = (0.30, 0.68, 1.04, 1.38, 1.70)

FIXTURES = {
    f.name: f
    for f in (
        Fixture("west", (-3.15, 2.20), 90, 5.76, 0.40, WALL_BOARDS, 2.00),
        Fixture("gondola_w", (-0.95, 6.10), 270, 2.95, 0.42, GONDOLA_BOARDS, 1.46),
        Fixture("gondola_e", (-0.05, 3.15), 90, 2.95, 0.42, GONDOLA_BOARDS, 1.46),
        Fixture("gondola_s", (-0.95, 2.75), 180, 0.90, 0.36, GONDOLA_BOARDS, 1.46),
        Fixture("gondola_n", (-0.05, 6.50), 0, 0.90, 0.36, GONDOLA_BOARDS, 1.46),
        Fixture("fridge", (-3.40, 8.85), 180, 5.00, 0.56, FRIDGE_BOARDS, 2.00),
        Fixture("east", (3.55, 8.70), 270, 2.50, 0.40, WALL_BOARDS, 2.00),
        Fixture("counter_back", (3.68, 5.40), 270, 2.80, 0.28, (0.96, 1.32, 1.66), 2.00),
    )
}

FRIDGE_DOORS = 5

# The counter: customers stand on its west side.
COUNTER = {"west": 2.20, "east": 2.85, "south": 2.50, "north": 5.50, "top": 0.95}

# Things on walls that hotspots point at (their centres).
NOTICE_BOARD: Point = (3.99, 1.35, 1.55)
COUPON_STAND: Point = (2.42, 3.86, 1.17)
TEA_EGGS: Point = (2.52, 3.22, 1.12)
DOOR_SIGN: Point = (0.0, 0.03, 2.42)
FRUIT: Point = (-2.55, 0.85, 0.80)
COLD_NOTE: Point = (2.05, 8.50, 0.74)
TEA_SIGN: Point = (-3.20, 5.08, 2.32)

CLOCK: Point = (2.30, 9.59, 2.28)

# Outside the east window: three steps with pots of herbs, a pallet of rice, the folding board.
STAND = {
    "west": 1.62,
    "east": 3.12,
    "south": -1.02,
    "depth": 0.27,
    "steps": (0.26, 0.50, 0.74),
    "pallet": (-1.62, -0.90, -0.98, -0.30),
    "menu": (-1.75, -2.32, 0.43),
}
MENU: Point = (-1.62, -2.285, 0.46)
BENCH: Point = (-2.65, -0.44, 0.44)
FRONT_SIGN: Point = (0.2, -0.17, 2.56)

# The floor plan shows this margin around the walls, and the arcade south of them.
PLAN_SOUTH = -3.0
PLAN_MARGIN = 0.5
PLAN_PIXELS_PER_METRE = 110


def on_plan(x: float, y: float) -> tuple[float, float]:
    """Place on the floor plan as fractions of its picture, from its top left."""
    width = EAST - WEST + 2 * PLAN_MARGIN
    height = NORTH - PLAN_SOUTH + 2 * PLAN_MARGIN
    return (
        round((x - WEST + PLAN_MARGIN) / width, 4),
        round((NORTH + PLAN_MARGIN - y) / height, 4),
    )


def wrap(degrees: float) -> float:
    """The same angle in (-180, 180]."""
    return -((180.0 - degrees) % 360.0 - 180.0)


def aim(camera: Camera, target: Point) -> tuple[float, float]:
    """Yaw and pitch, in degrees, at which a scene's panorama shows a point."""
    dx, dy, dz = (t - e for t, e in zip(target, camera.eye))
    heading = math.degrees(math.atan2(dx, dy))
    pitch = math.degrees(math.atan2(dz, math.hypot(dx, dy)))
    return round(wrap(heading - camera.north), 2), round(pitch, 2)
