"""Where the scripts write."""

from __future__ import annotations

from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
DEMO = SCRIPTS.parent / "demo"
PANORAMAS = DEMO / "panoramas"
PRODUCT_PICTURES = DEMO / "products"
MEDIA = DEMO / "media"
