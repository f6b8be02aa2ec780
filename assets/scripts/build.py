"""Puts the whole shop together."""

from __future__ import annotations

import bpy

import arcade
import counter_things
import dressing
import furniture
import labels
import lights
import materials as m
import room
import shelving
import signs
import street
from packages import package


def textures() -> None:
    labels.draw_all()
    signs.draw_all()


def empty() -> None:
    """An empty file; meshes and materials of the file before are gone and are forgotten."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    for maker in (*vars(m).values(), package):
        if hasattr(maker, "cache_clear"):
            maker.cache_clear()


def shop() -> None:
    """Everything, in an empty file. Textures must have been drawn."""
    empty()
    room.build()
    shelving.build()
    furniture.build()
    counter_things.build()
    dressing.build()
    arcade.build()
    street.build()
    lights.build()
