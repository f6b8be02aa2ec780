"""Where the scripts read and write."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
DEMO = SCRIPTS.parent / "demo"
PANORAMAS = DEMO / "panoramas"
PRODUCT_PICTURES = DEMO / "products"
MEDIA = DEMO / "media"

# Textures are made anew each time and are no part of the repository.
TEXTURES = Path(tempfile.gettempdir()) / "vitrine-demo-textures"
# Sums of rendered passes; may be deleted at any time.
SUMS = Path(tempfile.gettempdir()) / "vitrine-demo-sums"
FONTS = Path("/usr/share/fonts/opentype/noto")


def blender_modules() -> None:
    """Makes the Python modules that come inside Blender importable, after all others."""
    import bpy

    folder = Path(bpy.utils.resource_path("LOCAL")) / "python" / "lib"
    for packages in folder.glob("python3*/site-packages"):
        sys.path.append(str(packages))
