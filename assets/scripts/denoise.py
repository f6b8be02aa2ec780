"""Intel Open Image Denoise, as it comes with Blender, for whole panoramas.

Called directly so that a picture can be denoised after many passes were added
up, and so that a panorama's left and right edge know of each other.
"""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path

import bpy
import numpy as np

FLOAT3 = 3
WRAP = 128  # columns of the other edge laid beside each edge of a panorama


@cache
def _library() -> ctypes.CDLL:
    folder = Path(bpy.utils.resource_path("LOCAL")).parent / "lib"
    library = ctypes.CDLL(str(folder / "libOpenImageDenoise.so.2"))
    pointer, size, text = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
    for name, result, arguments in (
        ("oidnNewDevice", pointer, [ctypes.c_int]),
        ("oidnCommitDevice", None, [pointer]),
        ("oidnReleaseDevice", None, [pointer]),
        ("oidnGetDeviceError", ctypes.c_int, [pointer, ctypes.POINTER(text)]),
        ("oidnNewFilter", pointer, [pointer, text]),
        (
            "oidnSetSharedFilterImage",
            None,
            [pointer, text, pointer, ctypes.c_int, size, size, size, size, size],
        ),
        ("oidnSetFilterBool", None, [pointer, text, ctypes.c_bool]),
        ("oidnCommitFilter", None, [pointer]),
        ("oidnExecuteFilter", None, [pointer]),
        ("oidnReleaseFilter", None, [pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def _run(images: dict[bytes, np.ndarray], flags: dict[bytes, bool]) -> np.ndarray:
    """One filter over named pictures of the same size."""
    lib = _library()
    device = lib.oidnNewDevice(1)  # the processor
    lib.oidnCommitDevice(device)
    kept = lib.oidnNewFilter(device, b"RT")
    first = next(iter(images.values()))
    height, width, _ = first.shape
    output = np.empty_like(first)
    for name, data in (*images.items(), (b"output", output)):
        lib.oidnSetSharedFilterImage(kept, name, data.ctypes.data, FLOAT3, width, height, 0, 0, 0)
    for name, value in flags.items():
        lib.oidnSetFilterBool(kept, name, value)
    lib.oidnCommitFilter(kept)
    lib.oidnExecuteFilter(kept)
    message = ctypes.c_char_p()
    failed = lib.oidnGetDeviceError(device, ctypes.byref(message))
    lib.oidnReleaseFilter(kept)
    lib.oidnReleaseDevice(device)
    if failed:
        raise RuntimeError(f"denoiser: {(message.value or b'').decode()}")
    return output


def _wide(data: np.ndarray, wraps: bool) -> np.ndarray:
    if wraps:
        data = np.concatenate((data[:, -WRAP:], data, data[:, :WRAP]), axis=1)
    return np.ascontiguousarray(data, dtype=np.float32)


def denoise(colour: np.ndarray, albedo: np.ndarray, normal: np.ndarray, wraps: bool) -> np.ndarray:
    """Linear light without noise. Albedo and normal are cleaned first, so that print stays sharp."""
    colour, albedo, normal = (_wide(d, wraps) for d in (colour, albedo, normal))
    albedo = _run({b"albedo": albedo}, {})
    normal = _run({b"normal": normal}, {})
    clean = _run(
        {b"color": colour, b"albedo": albedo, b"normal": normal},
        {b"hdr": True, b"cleanAux": True},
    )
    return clean[:, WRAP:-WRAP] if wraps else clean
