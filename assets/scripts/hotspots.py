"""Where every hotspot of the demo store points, as points in the shop."""

from __future__ import annotations

import math
from dataclasses import dataclass

import planogram
import shop
from articles import PRODUCTS
from shop import CAMERAS, NEIGHBOURS, Point

# The marker of a link hovers a little over the floor where the next tripod stands.
LINK_HEIGHT = 0.10

# Products that a scene shows, and the fixture on which they are looked for.
SHOWN = {
    "entrance": (
        ("SNK-NUT-180", "gondola_s"),
        ("NDL-BEF-001", "gondola_s"),
        # The tea shelf from afar: near each other on a phone, apart on a desk.
        ("TEA-OOL-150", "west"),
        ("TEA-JAS-150", "west"),
        ("TEA-BLK-020", "west"),
    ),
    "aisle": (
        ("TEA-OOL-150", "west"),
        ("TEA-JAS-150", "west"),
        ("TEA-BLK-020", "west"),
        ("COF-DRP-010", "west"),
        ("SAU-SOY-420", "west"),
        ("NDL-SES-004", "west"),
        ("NDL-BEF-001", "west"),
        ("JAR-HNY-420", "west"),
        ("JAR-CHI-240", "west"),
        ("CAN-MUS-380", "west"),
        ("BRK-OAT-500", "west"),
        ("SNK-SEA-040", "gondola_w"),
        ("SNK-NUT-180", "gondola_w"),
        ("SNK-RIC-120", "gondola_w"),
    ),
    "fridge": (
        ("DRK-MLK-936", "fridge"),
        ("DRK-WML-600", "fridge"),
        ("DRK-SOY-450", "fridge"),
        ("DRK-YOG-500", "fridge"),
        ("DRK-SPK-330", "fridge"),
        ("SNK-SEA-040", "gondola_n"),
        ("SNK-EGG-300", "gondola_n"),
    ),
    "counter": (
        ("SNK-PIN-006", "counter"),
        ("COF-DRP-010", "counter"),
        ("SNK-SEA-040", "gondola_e"),
        ("HOM-SOA-003", "east"),
    ),
    "arcade": (("GRN-BAS-001", "stand"), ("RIC-TAI-002", "stand")),
}

# Other hotspots: scene, id, kind, point.
OTHERS = (
    ("entrance", "entrance-hours", "text", shop.DOOR_SIGN),
    ("entrance", "entrance-fruit", "text", shop.FRUIT),
    ("entrance", "entrance-notice-board", "webLink", shop.NOTICE_BOARD),
    ("aisle", "aisle-tea-picture", "image", shop.TEA_SIGN),
    ("fridge", "fridge-cold-note", "text", shop.COLD_NOTE),
    ("counter", "counter-coupon", "coupon", shop.COUPON_STAND),
    ("counter", "counter-tea-eggs", "text", shop.TEA_EGGS),
    ("arcade", "arcade-coupon", "coupon", shop.MENU),
    ("arcade", "arcade-bench", "text", shop.BENCH),
    ("arcade", "arcade-sign", "text", shop.FRONT_SIGN),
)


@dataclass(frozen=True)
class Target:
    """One hotspot: its scene, its id, what it does, what it does it to, and where."""

    scene: str
    id: str
    kind: str
    subject: str
    at: Point

    @property
    def angles(self) -> tuple[float, float]:
        return shop.aim(CAMERAS[self.scene], self.at)


def _links():
    for a, b in NEIGHBOURS:
        for here, there in ((a, b), (b, a)):
            x, y, _ = CAMERAS[there].feet
            yield Target(here, f"{here}-to-{there}", "link", there, (x, y, LINK_HEIGHT))


def _products():
    placements, _ = planogram.plan()
    for scene, shown in SHOWN.items():
        for sku, fixture in shown:
            number = PRODUCTS[sku].slug
            faces = [
                p.front
                for p in placements
                if p.sku == sku and p.fixture == fixture and p.row == 0 and p.level == 0
            ]
            nearest = min(faces, key=lambda at: math.dist(at, CAMERAS[scene].eye))
            yield Target(scene, f"{scene}-{number}", "product", sku, nearest)


def targets() -> list[Target]:
    """All hotspots, scene by scene in the order of the cameras."""
    found = [*_links(), *_products()]
    found += [Target(scene, id_, kind, id_, at) for scene, id_, kind, at in OTHERS]
    order = list(CAMERAS)
    return sorted(found, key=lambda t: order.index(t.scene))
