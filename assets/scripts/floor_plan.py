"""Draws the floor plan from the same measures: north is up, the viewer marks the scenes on it."""

from __future__ import annotations

from PIL import Image, ImageDraw

import shop
from drawing import centred
from paths import MEDIA
from shop import COUNTER, EAST, FIXTURES, NORTH, SOUTH, WEST

# Drawn larger and made smaller, for smooth edges.
FINE = 3
WALL, FLOOR, PAPER, LINE, INK = "#6b6459", "#f3efe6", "#fbfaf7", "#b9ae9c", "#3a342d"
WOOD, GREEN, BLUE, AMBER = "#dcc19b", "#cfe2d6", "#cfe3f1", "#eccf9f"


class Plan:
    """A drawing whose coordinates are metres of the shop."""

    def __init__(self) -> None:
        self.scale = shop.PLAN_PIXELS_PER_METRE * FINE
        width = round((EAST - WEST + 2 * shop.PLAN_MARGIN) * self.scale)
        height = round((NORTH - shop.PLAN_SOUTH + 2 * shop.PLAN_MARGIN) * self.scale)
        self.image = Image.new("RGB", (width, height), PAPER)
        self.draw = ImageDraw.Draw(self.image)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Metres, south-west and north-east corner, as pixels from the top left."""
        left = (x0 - WEST + shop.PLAN_MARGIN) * self.scale
        right = (x1 - WEST + shop.PLAN_MARGIN) * self.scale
        top = (NORTH + shop.PLAN_MARGIN - y1) * self.scale
        bottom = (NORTH + shop.PLAN_MARGIN - y0) * self.scale
        return left, top, right, bottom

    def area(self, x0, y0, x1, y1, fill, outline=LINE, width=2) -> None:
        self.draw.rectangle(self.box(x0, y0, x1, y1), fill=fill, outline=outline, width=width * FINE)

    def words(self, x, y, width, zh, en) -> None:
        """A name in two languages around a point."""
        centred(
            self.draw, self.box(x - width / 2, y, x + width / 2, y + 0.30), zh, INK, at_most=0.20 * self.scale
        )
        centred(
            self.draw,
            self.box(x - width / 2, y - 0.24, x + width / 2, y),
            en,
            "#7a7064",
            "Regular",
            at_most=0.13 * self.scale,
        )

    def fixture(self, name: str, fill: str) -> None:
        f = FIXTURES[name]
        ends = [f.point(r, i, 0) for r in (0, f.width) for i in (0, f.depth)]
        xs, ys = [p[0] for p in ends], [p[1] for p in ends]
        self.area(min(xs), min(ys), max(xs), max(ys), fill)


def draw() -> Image.Image:
    plan = Plan()
    t = 0.14
    plan.area(WEST - shop.PLAN_MARGIN, shop.PLAN_SOUTH, EAST + shop.PLAN_MARGIN, SOUTH, "#ece2d2", "#ece2d2")
    plan.area(
        WEST - shop.PLAN_MARGIN,
        shop.PLAN_SOUTH - shop.PLAN_MARGIN,
        EAST + shop.PLAN_MARGIN,
        shop.PLAN_SOUTH,
        "#dcdcda",
        "#dcdcda",
    )
    for x in (-3.9, 4.25):
        plan.area(x - 0.2, -2.85, x + 0.2, -2.45, WALL, WALL)
    plan.area(WEST - t, SOUTH - t, EAST + t, NORTH + t, WALL, WALL)
    plan.area(WEST, SOUTH, EAST, NORTH, FLOOR, FLOOR)
    plan.area(WEST, SOUTH - t, EAST, SOUTH, "#bcd9d2", "#8fb5ac")
    plan.area(-0.95, SOUTH - t, 0.95, SOUTH, FLOOR, FLOOR)
    for name in ("west", "east", "counter_back"):
        plan.fixture(name, WOOD)
    for name in ("gondola_w", "gondola_e", "gondola_s", "gondola_n"):
        plan.fixture(name, GREEN)
    plan.fixture("fridge", BLUE)
    plan.area(COUNTER["west"], COUNTER["south"], COUNTER["east"], COUNTER["north"], AMBER)
    plan.area(
        shop.FRUIT[0] - 0.93, shop.FRUIT[1] - 0.48, shop.FRUIT[0] + 0.95, shop.FRUIT[1] + 0.42, "#f4d9a8"
    )
    plan.area(EAST - 0.72, 0.62, EAST - 0.03, 2.08, "#dcebf3")
    stand, bench = shop.STAND, shop.BENCH
    plan.area(stand["west"], stand["south"], stand["east"], stand["south"] + 3 * stand["depth"], GREEN)
    plan.area(bench[0] - 0.7, bench[1] - 0.18, bench[0] + 0.7, bench[1] + 0.18, WOOD)
    plan.words(0.0, -1.95, 1.4, "騎樓", "ARCADE")
    plan.words(-0.90, 9.13, 2.6, "冷藏櫃", "FRIDGES")
    plan.words(-2.55, 0.80, 1.5, "水果", "FRUIT")
    plan.words(2.525, 3.95, 0.60, "結帳", "TILL")
    plan.words(-0.50, 4.55, 0.80, "零食", "SNACKS")
    plan.words(-2.25, 7.10, 1.5, "乾貨", "DRY GOODS")
    plan.words(2.50, 7.40, 1.3, "日用品", "HOUSEHOLD")
    plan.words(0.0, 0.42, 1.4, "入口", "ENTRANCE")
    left, top, right, bottom = plan.box(EAST - 1.60, NORTH - 0.70, EAST - 1.10, NORTH - 0.20)
    middle = (left + right) / 2
    plan.draw.polygon(
        [
            (middle, top),
            (right - (right - left) * 0.22, bottom),
            (middle, bottom - (bottom - top) * 0.22),
            (left + (right - left) * 0.22, bottom),
        ],
        fill=INK,
    )
    centred(plan.draw, plan.box(EAST - 1.60, NORTH - 1.00, EAST - 1.10, NORTH - 0.74), "N", INK)
    size = (plan.image.width // FINE, plan.image.height // FINE)
    return plan.image.resize(size, Image.Resampling.LANCZOS)


def main() -> None:
    MEDIA.mkdir(parents=True, exist_ok=True)
    picture = draw().quantize(64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    picture.save(MEDIA / "floor-plan.png", optimize=True)


if __name__ == "__main__":
    main()
