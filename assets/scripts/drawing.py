"""Small helpers for drawing with Pillow: colours, fonts, text that fits its place."""

from __future__ import annotations

from functools import cache

from PIL import ImageColor, ImageDraw, ImageFont

from paths import FONTS


@cache
def font(size: int, weight: str = "Bold", family: str = "Sans") -> ImageFont.FreeTypeFont:
    """The Traditional Chinese (Taiwan) face of a Noto CJK collection."""
    path = FONTS / f"Noto{family}CJK-{weight}.ttc"
    for index in range(12):
        try:
            face = ImageFont.truetype(str(path), max(size, 4), index=index)
        except OSError:
            break
        if face.getname()[0].endswith("TC"):
            return face
    raise SystemExit(f"no Traditional Chinese face in {path}: install the package fonts-noto-cjk")


def mix(a: str, b: str, t: float) -> tuple[int, int, int]:
    """The colour between two colours: t = 0 is a, t = 1 is b."""
    ca, cb = ImageColor.getrgb(a), ImageColor.getrgb(b)
    return tuple(round(x + (y - x) * t) for x, y in zip(ca, cb))


def fit(text: str, width: float, height: float, weight: str = "Bold", family: str = "Sans"):
    """The largest font with which one line of text stays inside a box."""
    probe = font(100, weight, family)
    left, top, right, bottom = probe.getbbox(text)
    size = min(width / max(right - left, 1), height / max(bottom - top, 1)) * 100
    return font(int(size), weight, family)


def centred(
    draw: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    text: str,
    fill,
    weight: str = "Bold",
    family: str = "Sans",
    at_most: float | None = None,
) -> None:
    """One line in the middle of a box (left, top, right, bottom), as large as fits."""
    left, top, right, bottom = box
    height = min(bottom - top, at_most or bottom - top)
    face = fit(text, right - left, height, weight, family)
    draw.text(((left + right) / 2, (top + bottom) / 2), text, fill=fill, font=face, anchor="mm")


def two_lines(text: str) -> list[str]:
    """Four and more characters are set in two lines: they can be larger then."""
    if len(text) < 4:
        return [text]
    half = len(text) // 2
    return [text[:half], text[half:]]
