"""Reading images from files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tinygrad_edu._checks import check_choice
from tinygrad_edu.data.arguments import check_path
from tinygrad_edu.tensor import Tensor
from tinygrad_edu.torchvision._images import pillow
from tinygrad_edu.torchvision._missing import no_name as _no_name
from tinygrad_edu.torchvision.transforms.functional import pil_to_tensor

__all__ = ["ImageReadMode", "read_image"]


class ImageReadMode:
    """In which mode an image is read."""

    UNCHANGED, GRAY, GRAY_ALPHA, RGB, RGB_ALPHA = "UNCHANGED", "L", "LA", "RGB", "RGBA"


def read_image(path: str | Path, mode: str = ImageReadMode.UNCHANGED) -> Tensor:
    """Read an image file as a tensor (C, H, W) of bytes."""
    modes = ("UNCHANGED", "GRAY", "GRAY_ALPHA", "L", "LA", "RGB", "RGB_ALPHA", "RGBA")
    wanted = getattr(ImageReadMode, check_choice("read_image", "mode", mode, modes), mode)
    with pillow("read_image").open(check_path("read_image", path)) as image:
        return pil_to_tensor(image if wanted == "UNCHANGED" else image.convert(wanted))


def __getattr__(name: str) -> Any:
    raise _no_name(__name__, name)
