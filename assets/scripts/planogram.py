"""Which article stands where: pure geometry, shared by renderer and document.

Every board of a fixture holds groups of one article side by side. The same list
of placements becomes meshes in the panoramas and angles in the store document.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from articles import ARTICLES
from shop import COUNTER, FIXTURES, SEED, Fixture, Point

# Per fixture and board, from the lowest: groups from the customer's left.
# "SKU*n" asks for n facings; the list repeats until the board is full.
LAYOUT: dict[str, tuple[str, ...]] = {
    "west": (
        "RIC-TAI-002*4 BRK-OAT-500*3 HOM-DET-003*3 RIC-TAI-002*3",
        "SAU-VIN-500*4 CAN-COR-340*6 CAN-MUS-380*6 SAU-CUR-200*4 CAN-TUN-180*6 SAU-SES-300*5",
        "NDL-VEG-001*3 NDL-SEA-001*3 SAU-SOY-420*5 NDL-BEF-001*4 NDL-SES-004*3 NDL-SEA-001*3 SAU-VIN-500*4 SAU-CUR-200*3 SAU-SES-300*5",
        "BRK-OAT-500*3 TEA-SES-012*3 TEA-ALM-012*3 TEA-BLK-020*4 TEA-OOL-150*5 TEA-JAS-150*5 COF-DRP-010*4 BRK-COR-300*3 TEA-ALM-012*4",
        "SNK-EGG-300*4 BRK-COR-300*3 TEA-JAS-150*5 TEA-OOL-150*5 TEA-SES-012*4 SNK-EGG-300*3 BRK-OAT-500*4 TEA-BLK-020*5",
    ),
    "gondola_w": (
        "HOM-TIS-110*6 RIC-TAI-002*3 HOM-TIS-110*4",
        "SNK-POP-090*4 SNK-SWP-150*4 SNK-RIC-120*4 SNK-POP-090*3",
        "SNK-RIC-120*4 SNK-SEA-040*4 SNK-SWP-150*4 SNK-NUT-180*4",
        "SNK-SQU-070*4 SNK-PLU-100*4 SNK-COO-160*4 SNK-NUT-180*3 SNK-PLU-100*3",
    ),
    "gondola_e": (
        "BRK-COR-300*4 BRK-OAT-500*4 SNK-EGG-300*4 BRK-COR-300*4",
        "SNK-SWP-150*4 SNK-RIC-120*4 SNK-POP-090*4 SNK-SEA-040*4",
        "SNK-SEA-040*4 SNK-COO-160*3 SNK-RIC-120*4 SNK-SWP-150*4",
        "SNK-PIN-006*3 SNK-COO-160*4 SNK-SQU-070*4 SNK-PLU-100*5",
    ),
    "gondola_s": (
        "RIC-TAI-002*4",
        "NDL-BEF-001*3 NDL-VEG-001*3",
        "NDL-SEA-001*2 NDL-BEF-001*3 NDL-VEG-001*2",
        "SNK-NUT-180*5",
    ),
    "gondola_n": (
        "HOM-DET-003*4",
        "SNK-POP-090*5",
        "SNK-EGG-300*5",
        "SNK-SEA-040*5",
    ),
    "fridge": (
        "DRK-WAT-600*11 DRK-WAT-600*11 DRK-GRN-600*11 DRK-ORG-936*9 DRK-WAT-600*11",
        "DRK-LEM-600*6 DRK-GRN-600*5 DRK-WML-600*11 DRK-LEM-600*11 DRK-ORG-936*5 DRK-COC-936*4 DRK-GRN-600*11",
        "DRK-GRN-600*11 DRK-WML-600*6 DRK-LEM-600*5 DRK-SOY-450*5 DRK-YOG-500*5 DRK-MLK-936*5 DRK-COC-936*4 FRE-PUD-100*9",
        "DRK-SOY-450*6 DRK-YOG-500*5 DRK-SOY-450*11 DRK-WML-600*11 DRK-MLK-936*5 DRK-ORG-936*4 FRE-TOF-300*6",
        "FRE-TOF-300*6 FRE-PUD-100*9 DRK-YOG-500*10 DRK-SOY-450*11 DRK-COC-936*9 FRE-TOF-300*6",
    ),
    "east": (
        "HOM-DET-003*4 HOM-TIS-110*4 HOM-DET-003*3",
        "HOM-DIS-800*6 HOM-TIS-110*4 HOM-DIS-800*5",
        "HOM-SOA-003*5 HOM-DIS-800*5 HOM-SOA-003*6",
        "HOM-TIS-110*5 HOM-SOA-003*4 HOM-TIS-110*3",
        "HOM-TIS-110*6 HOM-SOA-003*6",
    ),
    "counter_back": (
        "SNK-EGG-300*4 TEA-OOL-150*5 TEA-JAS-150*5 COF-DRP-010*5",
        "COF-DRP-010*5 TEA-BLK-020*5 TEA-ALM-012*4 SNK-EGG-300*3",
        "SNK-EGG-300*5 TEA-JAS-150*6 TEA-OOL-150*6 SNK-EGG-300*3",
    ),
}

GAP = 0.012
DOOR_GAP = 0.07


@dataclass(frozen=True)
class Placement:
    """One package: centre of its foot, the heading of its front, its fixture."""

    sku: str
    foot: Point
    facing: float
    fixture: str
    row: int
    level: int = 0

    @property
    def front(self) -> Point:
        """Middle of the front of the package: where a hotspot points."""
        _, depth, height = ARTICLES[self.sku].size
        a = math.radians(self.facing)
        x, y, z = self.foot
        return (x + math.sin(a) * depth / 2, y + math.cos(a) * depth / 2, z + height * 0.5)


@dataclass(frozen=True)
class PriceTag:
    """A tag in the price rail: its centre and the heading it faces."""

    sku: str
    at: Point
    facing: float


def _groups(text: str) -> list[tuple[str, int]]:
    return [(sku, int(n)) for sku, n in (part.split("*") for part in text.split())]


def _bays(fixture: Fixture) -> list[tuple[float, float]]:
    """Spans of a board that goods may stand on (doors of the fridge split it)."""
    if fixture.name != "fridge":
        return [(0.03, fixture.width - 0.03)]
    step = fixture.width / 5
    return [(i * step + DOOR_GAP, (i + 1) * step - DOOR_GAP) for i in range(5)]


def _fill_board(fixture: Fixture, board: int, rng: random.Random):
    groups = _groups(LAYOUT[fixture.name][board])
    queue = [sku for sku, n in groups for _ in range(n)]
    index = 0
    for left, right in _bays(fixture):
        at = left
        run: list[tuple[str, float]] = []
        while True:
            sku = queue[index % len(queue)]
            width = ARTICLES[sku].size[0]
            if at + width > right:
                break
            run.append((sku, at + width / 2))
            at += width + GAP
            index += 1
        slack = (right - at + GAP) / max(len(run), 1)
        spread = [(sku, x + slack * (i + 0.5)) for i, (sku, x) in enumerate(run)]
        yield from _stand(fixture, board, spread, rng)


def _stand(fixture: Fixture, board: int, spread, rng: random.Random):
    z = fixture.boards[board]
    for i, (sku, x) in enumerate(spread):
        _, depth, height = ARTICLES[sku].size
        rows = max(1, min(3, int((fixture.depth - 0.04) / (depth + 0.01))))
        stack = max(1, min(2, int((fixture.clear(board) - 0.04) / height)))
        if ARTICLES[sku].kind in ("pouch", "bottle", "pet", "carton"):
            stack = 1
        for row in range(rows):
            inward = 0.025 + depth / 2 + row * (depth + 0.01) + rng.uniform(0, 0.006)
            turn = rng.uniform(-2.5, 2.5)
            for level in range(stack):
                if level and row == 0 and rng.random() < 0.2:
                    break
                foot = fixture.point(x, inward, z + level * (height + 0.0005))
                yield Placement(sku, foot, fixture.facing + turn, fixture.name, row, level)
        # One tag at the middle of each run of the same article.
        first = i == 0 or spread[i - 1][0] != sku
        if first:
            last = i
            while last + 1 < len(spread) and spread[last + 1][0] == sku:
                last += 1
            middle = (x + spread[last][1]) / 2
            yield PriceTag(sku, fixture.point(middle, -0.012, z - 0.022), fixture.facing)


def _counter_top():
    """Impulse goods beside the till, looking at the customer."""
    top = COUNTER["top"]
    for column in range(3):
        for level in range(3 if column < 2 else 2):
            y = 5.26 - column * 0.225
            yield Placement("SNK-PIN-006", (2.36, y, top + level * 0.1005), 270, "counter", 0, level)
    for column in range(2):
        for level in range(2):
            y = 2.72 + column * 0.18
            yield Placement("COF-DRP-010", (2.34, y, top + level * 0.1455), 270, "counter", 0, level)


def plan() -> tuple[list[Placement], list[PriceTag]]:
    """Everything that stands in the shop, always in the same order."""
    rng = random.Random(SEED)
    placements: list[Placement] = []
    tags: list[PriceTag] = []
    for name in LAYOUT:
        fixture = FIXTURES[name]
        for board in range(len(fixture.boards)):
            for item in _fill_board(fixture, board, rng):
                (tags if isinstance(item, PriceTag) else placements).append(item)
    placements.extend(_counter_top())
    return placements, tags
