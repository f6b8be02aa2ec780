"""The shell: floor, walls, ceiling, and the glass front with its open door."""

from __future__ import annotations

import materials as m
from mesh import add, ball, block, board, picture, turned
from shop import CEILING, COLD_NOTE, DOOR_SIGN, EAST, NORTH, SOUTH, TEA_SIGN, WEST
from signs import path_of

SILL, LINTEL = 0.45, 2.14
DOOR = (-0.95, 0.95)


def shell() -> None:
    block("floor", (WEST, SOUTH - 0.12, -0.1), (EAST, NORTH, 0.0), m.terrazzo())
    block(
        "ceiling",
        (WEST, SOUTH, CEILING),
        (EAST, NORTH, CEILING + 0.1),
        m.tiles("#f1efe8", "#b9b6ae", (0.6, 0.6), 0.007, "xy", 0.85, 0.02),
    )
    wall = m.plaster()
    block("west wall", (WEST - 0.15, SOUTH - 0.12, 0), (WEST, NORTH, CEILING), wall)
    block("east wall", (EAST, SOUTH - 0.12, 0), (EAST + 0.15, NORTH, CEILING), wall)
    block("north wall", (WEST - 0.15, NORTH, 0), (EAST + 0.15, NORTH + 0.15, CEILING), wall)
    skirt = m.walnut("y")
    block("skirting east", (EAST - 0.015, SOUTH, 0), (EAST, NORTH, 0.10), skirt)
    block("skirting west", (WEST, SOUTH, 0), (WEST + 0.015, NORTH, 0.10), skirt)
    block("skirting north", (1.66, NORTH - 0.015, 0), (2.84, NORTH, 0.10), m.walnut("x"))


def front() -> None:
    """Sliding glass doors between two windows over a tiled sill."""
    frame, glass = m.frame(), m.pane()
    tile = m.tiles("#2f6b5c", "#c9c4b4", (0.15, 0.075), 0.004, "xz", 0.22, 0.16)
    for x0, x1 in ((WEST, DOOR[0] - 0.06), (DOOR[1] + 0.06, EAST)):
        block(f"sill {x0}", (x0, -0.12, 0), (x1, 0.0, SILL), tile)
        block(f"ledge {x0}", (x0, -0.15, SILL), (x1, 0.05, SILL + 0.03), m.oak("x"), 0.004)
        block(f"window {x0}", (x0, -0.065, SILL + 0.03), (x1, -0.055, LINTEL), glass)
        posts = 3
        for k in range(posts + 1):
            x = x0 + (x1 - x0 - 0.05) * k / posts
            block(f"post {x0} {k}", (x, -0.09, SILL + 0.03), (x + 0.05, -0.03, LINTEL), frame, 0.004)
        block(f"transom {x0}", (x0, -0.09, LINTEL - 0.05), (x1, -0.03, LINTEL), frame, 0.004)
    for x in (DOOR[0] - 0.06, DOOR[1]):
        block(f"jamb {x}", (x, -0.12, 0), (x + 0.06, 0.0, LINTEL), frame, 0.004)
    # The east leaf stands open, behind the west one.
    for side, (x0, x1, y) in enumerate(((DOOR[0], 0.02, -0.045), (DOOR[0] + 0.10, 0.12, -0.085))):
        block(
            f"door glass {side}", (x0 + 0.05, y - 0.004, 0.12), (x1 - 0.05, y + 0.004, LINTEL - 0.06), glass
        )
        block(f"door foot {side}", (x0, y - 0.02, 0.005), (x1, y + 0.02, 0.12), frame, 0.004)
        block(
            f"door head {side}", (x0, y - 0.02, LINTEL - 0.06), (x1, y + 0.02, LINTEL - 0.005), frame, 0.004
        )
        for k, x in enumerate((x0, x1 - 0.05)):
            block(
                f"door stile {side} {k}",
                (x, y - 0.02, 0.12),
                (x + 0.05, y + 0.02, LINTEL - 0.06),
                frame,
                0.004,
            )
    for x in (-0.08,):
        rod = turned("door handle", [(0.012, 0.0), (0.012, 0.42)], [m.steel()], segments=16)
        add(f"handle {x}", rod, (x, -0.005, 0.86))
    block("header", (WEST, -0.12, LINTEL), (EAST, 0.0, CEILING), m.plaster())
    board("hours", DOOR_SIGN, 0, 1.24, 0.40, 0.03, m.printed(path_of("hours")), m.walnut("x"))
    picture("doormat", (0.0, 0.62, 0.012), 180, 1.5, 0.9, m.printed(path_of("doormat"), 0.95), tilt=90)
    block("doormat body", (-0.76, 0.16, 0.0), (0.76, 1.08, 0.0105), m.plain("#4b2320", 0.95))


def walls_pictures() -> None:
    x, y, z = COLD_NOTE
    heading = 248
    board("cold note", (x, y, z), heading, 0.60, 0.80, 0.02, m.printed(path_of("cold-note")), m.white_metal())
    for side in (-0.25, 0.25):
        block(
            f"note leg {side}",
            (side - 0.015, -0.035, 0.0),
            (side + 0.015, -0.012, z + 0.3),
            m.steel(),
            at=(x, y, 0),
            heading=heading,
        )
    block(
        "note foot",
        (-0.32, -0.18, 0.0),
        (0.32, 0.16, 0.02),
        m.plain("#33383a", 0.6),
        0.004,
        (x, y, 0),
        heading,
    )
    x, y, z = TEA_SIGN
    board("tea sign", (x, y, z), 90, 1.30, 0.286, 0.02, m.printed(path_of("tea-poster")), m.walnut("y"))
    # Door to the back room, with its frame and handle.
    block("back door", (2.90, NORTH - 0.04, 0.0), (3.70, NORTH, 2.05), m.plain("#7fa396", 0.45))
    for x0, x1, z0, z1 in ((2.84, 2.90, 0, 2.11), (3.70, 3.76, 0, 2.11), (2.90, 3.70, 2.05, 2.11)):
        block(f"door frame {x0}", (x0, NORTH - 0.055, z0), (x1, NORTH, z1), m.oak("z"), 0.003)
    board(
        "staff",
        (3.30, NORTH - 0.05, 1.58),
        180,
        0.40,
        0.176,
        0.012,
        m.printed(path_of("back-room")),
        m.oak("x"),
    )
    add("knob", ball("knob", m.steel(), 0.03), (3.60, NORTH - 0.075, 1.02))
    # Air conditioner.
    block("air conditioner", (EAST - 0.24, 6.70, 2.40), (EAST, 7.70, 2.70), m.plain("#f1f1ee", 0.35), 0.03)
    block("air outlet", (EAST - 0.246, 6.76, 2.425), (EAST - 0.19, 7.64, 2.455), m.plain("#777a7a", 0.5))


def hanging_signs() -> None:
    """Aisle signs on two thin rods each, printed on both sides."""
    for name, x, y, heading, width in (
        ("tea", -2.10, 2.95, 180, 1.10),
        ("snacks", 0.55, 3.70, 180, 1.10),
        ("pay", 2.45, 2.35, 180, 0.95),
        ("cold", -2.10, 6.60, 180, 1.10),
        ("home", 2.70, 6.40, 180, 1.00),
    ):
        z, h = 2.40, width * 0.317
        art = m.printed(path_of(f"aisle-{name}"))
        board(f"sign {name}", (x, y, z), heading, width, h, 0.02, art, m.oak("x"), both=True)
        for dx in (-width * 0.4, width * 0.4):
            rod = turned("rod", [(0.004, z + h / 2), (0.004, CEILING)], [m.steel()], segments=8)
            add(f"rod {name} {dx}", rod, (x + dx, y, 0))


def build() -> None:
    shell()
    front()
    walls_pictures()
    hanging_signs()
