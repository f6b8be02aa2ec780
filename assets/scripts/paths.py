"""Where the scripts read and write."""

from __future__ import annotations

import tempfile
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
DEMO = SCRIPTS.parent / "demo"
PANORAMAS = DEMO / "panoramas"
PRODUCT_PICTURES = DEMO / "products"
MEDIA = DEMO / "media"

# Textures are made anew each time and are no part of the repository.
TEXTURES = Path(tempfile.gettempdir()) / "vitrine-demo-textures"
FONTS = Path("/usr/share/fonts/opentype/noto")
