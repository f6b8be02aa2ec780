"""Which article stands where: pure geometry, shared by renderer and document.

Every board of a fixture holds groups of one article side by side. The same list
of placements becomes meshes in the panoramas and angles in the store document.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from articles import ARTICLES
from shop import COUNTER, FIXTURES, SEED, STAND, Fixture, Point

# Per fixture and board, from the lowest: groups from the customer's left.
# "SKU*n" asks for n facings; the list repeats until the board is full.
LAYOUT: dict[str, tuple[str, ...]] = {
    "west": (
        "RIC-TAI-002*5 BRK-OAT-500*4 RIC-TAI-002*4 HOM-DET-003*3 NDL-PIL-085*5 BRK-COR-300*4 RIC-TAI-002*5",
        "SAU-VIN-500*4 CAN-COR-340*6 CAN-MUS-380*6 JAR-PIC-350*5 SAU-CUR-200*4 CAN-TUN-180*6 SAU-SES-300*5 CAN-COR-340*5 JAR-PIC-350*6",
        "NDL-VEG-001*3 NDL-SEA-001*3 JAR-CHI-240*6 SAU-SOY-420*5 NDL-BEF-001*4 NDL-SES-004*3 NDL-PIL-085*4 SAU-VIN-500*4 CAN-MUS-380*5 SAU-CUR-200*3 SAU-SES-300*5",
        "BRK-OAT-500*3 TEA-SES-012*3 TEA-ALM-012*3 TEA-BLK-020*4 TEA-OOL-150*5 TEA-JAS-150*5 COF-DRP-010*4 JAR-HNY-420*6 BRK-COR-300*3 COF-BEA-250*4 TEA-ALM-012*4",
        "SNK-EGG-300*4 BRK-COR-300*3 COF-BEA-250*5 TEA-JAS-150*4 TEA-OOL-150*5 TEA-SES-012*4 JAR-HNY-420*5 SNK-EGG-300*3 BRK-OAT-500*4 TEA-BLK-020*5",
    ),
    "gondola_w": (
        "HOM-TIS-110*4 SNK-EGG-300*4 RIC-TAI-002*3 HOM-TIS-110*3",
        "SNK-POP-090*4 SNK-SWP-150*3 SNK-SQU-070*4 SNK-RIC-120*3 SNK-POP-090*3",
        "SNK-RIC-120*4 SNK-SEA-040*4 NDL-PIL-085*4 SNK-NUT-180*4 SNK-SWP-150*3",
        "SNK-SQU-070*4 SNK-PLU-100*4 SNK-COO-160*3 SNK-NUT-180*4 SNK-PIN-006*3",
    ),
    "gondola_e": (
        "BRK-COR-300*4 BRK-OAT-500*4 SNK-EGG-300*4 BRK-COR-300*4",
        "SNK-SWP-150*4 SNK-RIC-120*4 SNK-POP-090*4 SNK-SEA-040*4",
        "SNK-SEA-040*4 SNK-COO-160*3 SNK-RIC-120*4 NDL-PIL-085*3 SNK-SWP-150*3",
        "SNK-PIN-006*3 SNK-COO-160*3 SNK-RIC-120*3 SNK-SQU-070*4 SNK-PLU-100*5",
    ),
    "gondola_s": (
        "RIC-TAI-002*4",
        "NDL-BEF-001*3 NDL-VEG-001*3",
        "NDL-SEA-001*2 NDL-BEF-001*2 NDL-PIL-085*2",
        "SNK-NUT-180*3 SNK-RIC-120*2",
    ),
    "gondola_n": (
        "HOM-DET-003*4",
        "SNK-POP-090*3 SNK-SWP-150*2",
        "SNK-EGG-300*5",
        "SNK-SEA-040*3 SNK-SQU-070*3",
    ),
    "fridge": (
        "DRK-WAT-600*11 DRK-WAT-600*6 DRK-PLU-330*6 DRK-GRN-600*11 DRK-ORG-936*9 DRK-WAT-600*11",
        "DRK-LEM-600*6 DRK-GRN-600*5 DRK-WML-600*11 DRK-LEM-600*6 DRK-PLU-330*5 DRK-ORG-936*5 DRK-COC-936*4 DRK-GRN-600*11",
        "DRK-SPK-330*6 DRK-OOL-330*6 DRK-WML-600*6 DRK-LEM-600*5 DRK-SOY-450*5 DRK-SPK-330*6 DRK-MLK-936*5 DRK-COC-936*4 FRE-PUD-100*9",
        "DRK-GUA-250*7 DRK-WHE-250*7 DRK-YOG-500*6 DRK-SOY-450*5 DRK-WML-600*11 DRK-MLK-936*5 DRK-ORG-936*4 FRE-TOF-300*6",
        "FRE-TOF-300*6 DRK-WHE-250*7 DRK-GUA-250*7 DRK-YOG-500*10 DRK-OOL-330*12 DRK-COC-936*5 FRE-PUD-100*5",
    ),
    "east": (
        "HOM-DET-003*4 HOM-TIS-110*3 HOM-DET-003*4",
        "HOM-DIS-800*6 HOM-SPR-500*6 HOM-TIS-110*3 HOM-DIS-800*5",
        "HOM-SOA-003*5 HOM-SPR-500*5 HOM-SOA-003*5 HOM-DIS-800*4",
        "HOM-TIS-110*4 HOM-SOA-003*5 HOM-SPR-500*5 HOM-TIS-110*2",
        "HOM-TIS-110*5 HOM-SOA-003*6",
    ),
    "counter_back": (
        "SNK-EGG-300*3 TEA-OOL-150*5 JAR-HNY-420*6 TEA-JAS-150*4 COF-DRP-010*4",
        "COF-BEA-250*4 TEA-BLK-020*5 JAR-CHI-240*6 TEA-ALM-012*3 SNK-EGG-300*3",
        "SNK-EGG-300*4 TEA-JAS-150*5 SNK-PIN-006*3 TEA-OOL-150*5 COF-BEA-250*4",
    ),
}

GAP = 0.008  # between two packages of a group
APART = 0.035  # at most between two groups
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
    fixture: str = ""


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
        yield from _stand(fixture, board, _spread(run, right - at + GAP), rng)


def _spread(run: list[tuple[str, float]], slack: float) -> list[tuple[str, float]]:
    """Gives the free width to the places between groups, the rest evenly to all."""
    breaks = sum(1 for a, b in zip(run, run[1:]) if a[0] != b[0])
    between = min(APART, slack / (breaks + 1))
    each = (slack - between * breaks) / max(len(run), 1)
    moved, shift = [], each / 2
    for i, (sku, x) in enumerate(run):
        if i and run[i - 1][0] != sku:
            shift += between
        moved.append((sku, x + shift))
        shift += each
    return moved


def _stand(fixture: Fixture, board: int, spread, rng: random.Random):
    z = fixture.boards[board]
    for i, (sku, x) in enumerate(spread):
        _, depth, height = ARTICLES[sku].size
        rows = max(1, min(3, int((fixture.depth - 0.04) / (depth + 0.01))))
        stack = max(1, min(2, int((fixture.clear(board) - 0.04) / height)))
        if ARTICLES[sku].kind in ("pouch", "bottle", "pet", "carton", "jar", "flow"):
            stack = 1
        # Sold: the front is empty here, or one stands back; the ends of a group stay.
        inside = 0 < i < len(spread) - 1 and spread[i - 1][0] == sku == spread[i + 1][0]
        sold = 1 if rows > 1 and inside and rng.random() < 0.16 else 0
        back = rng.uniform(0, 0.018) + (0.03 if rng.random() < 0.10 else 0.0)
        for row in range(sold, rows):
            inward = 0.025 + depth / 2 + row * (depth + 0.01) + back + rng.uniform(0, 0.006)
            if inward + depth / 2 > fixture.depth:
                inward = fixture.depth - depth / 2
            turn = rng.gauss(0, 2.2) if rng.random() < 0.93 else rng.uniform(-11, 11)
            for level in range(stack):
                if level and row <= sold and rng.random() < 0.35:
                    break
                foot = fixture.point(x + rng.gauss(0, 0.0012), inward, z + level * (height + 0.0005))
                yield Placement(
                    sku, foot, fixture.facing + turn + level * rng.gauss(0, 2), fixture.name, row, level
                )
        # One tag at the middle of each run of the same article.
        first = i == 0 or spread[i - 1][0] != sku
        if first:
            last = i
            while last + 1 < len(spread) and spread[last + 1][0] == sku:
                last += 1
            middle = (x + spread[last][1]) / 2
            yield PriceTag(sku, fixture.point(middle, -0.012, z - 0.022), fixture.facing, fixture.name)


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


def _outside(rng: random.Random):
    """Under the arcade: pots of basil on the steps, sacks of rice on the pallet; both look to the lane."""
    for step, z in enumerate(STAND["steps"]):
        y = STAND["south"] + (step + 0.5) * STAND["depth"]
        count = 8
        for k in range(count):
            if step == 2 and k in (1, 4, 5):
                continue
            x = STAND["east"] - 0.12 - k * (STAND["east"] - STAND["west"] - 0.24) / (count - 1)
            foot = (x + rng.uniform(-0.01, 0.01), y + rng.uniform(-0.02, 0.02), z)
            yield Placement("GRN-BAS-001", foot, 180 + rng.uniform(-8, 8), "stand", 0, 0)
    x0, x1, y0, y1 = STAND["pallet"]
    for row in range(3):
        for column in range(3):
            for level in range(2 if row else 1):
                x = x0 + (x1 - x0) * (column + 0.5) / 3
                y = y0 + 0.10 + row * 0.17
                z = 0.096 + level * 0.30
                yield Placement(
                    "RIC-TAI-002", (x, y + level * 0.02, z), 180 + rng.uniform(-3, 3), "stand", row, level
                )


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
    placements.extend(_outside(rng))
    return placements, tags
