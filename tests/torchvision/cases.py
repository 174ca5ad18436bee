"""Calls of torchvision's functions on small images; under torchvision this writes the golden file.

python -m tests.torchvision.cases > tests/golden/torchvision.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

__all__ = ["CASES", "IMAGES", "image", "plain"]

_RAMP = np.arange(7 * 9 * 3, dtype=np.int64).reshape(7, 9, 3)
RGB = ((_RAMP * 53 + _RAMP**2 // 7) % 256).astype(np.uint8)
IMAGES = {
    "rgb": RGB,  # of Pillow
    "grey": RGB[..., 0],
    "floats": (RGB.transpose(2, 0, 1) / np.float32(255)).astype(np.float32),  # tensors
    "bytes": np.ascontiguousarray(RGB.transpose(2, 0, 1)),
}

_CORNERS = [[0, 0], [8, 0], [8, 6], [0, 6]]

# Of the functional module F, its modes M and an image x.
Call = Callable[[Any, Any, Any], Any]
CASES: dict[str, Call] = {
    "resize": lambda F, M, x: F.resize(x, 5),
    "resize up": lambda F, M, x: F.resize(x, [11, 8]),
    "resize nearest": lambda F, M, x: F.resize(x, [4, 13], M.NEAREST),
    "resize bicubic": lambda F, M, x: F.resize(x, [4, 13], M.BICUBIC),
    "resize rough": lambda F, M, x: F.resize(x, [4, 5], antialias=False),
    "resize max": lambda F, M, x: F.resize(x, 6, max_size=7),
    "crop": lambda F, M, x: F.crop(x, 1, 2, 4, 3),
    "crop outside": lambda F, M, x: F.crop(x, -1, 6, 4, 5),
    "center_crop": lambda F, M, x: F.center_crop(x, [4, 4]),
    "center_crop large": lambda F, M, x: F.center_crop(x, [10, 5]),
    "resized_crop": lambda F, M, x: F.resized_crop(x, 1, 1, 5, 6, [3, 4]),
    "pad": lambda F, M, x: F.pad(x, [1, 2]),
    "pad fill": lambda F, M, x: F.pad(x, [1, 0, 2, 3], fill=1),
    "pad reflect": lambda F, M, x: F.pad(x, 2, padding_mode="reflect"),
    "pad edge": lambda F, M, x: F.pad(x, [2, 1], padding_mode="edge"),
    "pad symmetric": lambda F, M, x: F.pad(x, 3, padding_mode="symmetric"),
    "hflip": lambda F, M, x: F.hflip(x),
    "vflip": lambda F, M, x: F.vflip(x),
    "rotate": lambda F, M, x: F.rotate(x, 30.0),
    "rotate bilinear": lambda F, M, x: F.rotate(x, 100.0, M.BILINEAR),
    "rotate expand": lambda F, M, x: F.rotate(x, 40.0, expand=True),
    "rotate center": lambda F, M, x: F.rotate(x, -20.0, center=[2, 3], fill=1),
    "affine": lambda F, M, x: F.affine(x, 15.0, [1, -1], 1.2, [10.0, 5.0]),
    "affine bilinear": lambda F, M, x: F.affine(x, 5.0, [0, 1], 0.8, [0.0, 0.0], M.BILINEAR),
    "brightness": lambda F, M, x: F.adjust_brightness(x, 1.4),
    "contrast": lambda F, M, x: F.adjust_contrast(x, 0.6),
    "saturation": lambda F, M, x: F.adjust_saturation(x, 1.7),
    "hue": lambda F, M, x: F.adjust_hue(x, 0.15),
    "gamma": lambda F, M, x: F.adjust_gamma(x, 0.7),
    "grey": lambda F, M, x: F.rgb_to_grayscale(x),
    "blur": lambda F, M, x: F.gaussian_blur(x, [3, 5], [1.0, 0.7]),
    "sharpness": lambda F, M, x: F.adjust_sharpness(x, 1.8),
    "autocontrast": lambda F, M, x: F.autocontrast(x),
    "equalize": lambda F, M, x: F.equalize(x),
    "perspective": lambda F, M, x: F.perspective(x, _CORNERS, [[1, 0], [7, 1], [8, 6], [0, 5]]),
    "posterize": lambda F, M, x: F.posterize(x, 3),
    "invert": lambda F, M, x: F.invert(x),
    "five_crop": lambda F, M, x: F.five_crop(x, [3, 4])[4],
    "to_tensor": lambda F, M, x: F.to_tensor(x),
    "pil_to_tensor": lambda F, M, x: F.pil_to_tensor(x),
    "to_pil_image": lambda F, M, x: F.to_pil_image(x),
    "normalize": lambda F, M, x: F.normalize(x, [0.4, 0.5, 0.6], [0.2, 0.3, 0.4]),
    "float": lambda F, M, x: F.convert_image_dtype(x),
}


def image(name: str, of_array: Callable[[Any], Any]) -> Any:
    """An image of this name: of Pillow, or the tensor that a library makes of the array."""
    array = IMAGES[name].copy()
    return Image.fromarray(array) if name in ("rgb", "grey") else of_array(array)


def plain(made: Any) -> Any:
    """What a function gave: kind, dtype, shape, values."""
    is_pil = isinstance(made, Image.Image)
    array = np.asarray(made) if is_pil else made.numpy()
    kind = f"Pillow's {made.mode}" if is_pil else "tensor"
    return [kind, str(array.dtype), list(array.shape), array.ravel().tolist()]


def _main() -> None:
    import torch
    import torchvision
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms import functional as F

    found: dict[str, Any] = {"torchvision": torchvision.__version__.partition("+")[0]}
    for case, call in CASES.items():
        for name in IMAGES:
            try:
                made = plain(call(F, InterpolationMode, image(name, torch.from_numpy)))
            except (TypeError, ValueError, RuntimeError):
                made = "refused"
            if made != "refused":
                made[3] = [round(value, 6) for value in made[3]]
            found[f"{case}: {name}"] = made
    json.dump(found, sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    _main()
