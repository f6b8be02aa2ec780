"""Puts the whole shop together."""

from __future__ import annotations

import bpy

import furniture
import labels
import lights
import room
import shelving
import signs


def textures() -> None:
    labels.draw_all()
    signs.draw_all()


def shop() -> None:
    """An empty file, then everything. Textures must have been drawn."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    room.build()
    shelving.build()
    furniture.build()
    lights.build()
