"""Makes everything in assets/demo: `python make.py` (see the README)."""

from __future__ import annotations

import build
import floor_plan
import product_pictures
import render
import tea_picture
import write_store
from paths import PANORAMAS
from shop import CAMERAS


def main() -> None:
    write_store.main()
    build.textures()
    floor_plan.main()
    product_pictures.main()
    render.panoramas(list(CAMERAS), None, render.SAMPLES, render.PASS, PANORAMAS)
    tea_picture.main()


if __name__ == "__main__":
    main()
