"""Transforms between images and tensors, and of the numbers in tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_number
from tinygrad_edu.tensor import Tensor, empty, tensor
from tinygrad_edu.torchvision._draws import chance, integer, uniform
from tinygrad_edu.torchvision.transforms import functional as F
from tinygrad_edu.torchvision.transforms._transform import Transform, interval

__all__ = [
    "ConvertImageDtype", "LinearTransformation", "Normalize", "PILToTensor", "RandomErasing",
    "ToPILImage", "ToTensor",
]  # fmt: skip


class ToTensor(Transform):
    """An image as a tensor (C, H, W) of float32 between 0 and 1; see `functional.to_tensor`."""

    def forward(self, pic: Any) -> Tensor:
        """Convert it."""
        return F.to_tensor(pic)


class PILToTensor(Transform):
    """An image of Pillow as a tensor (C, H, W) of its bytes."""

    def forward(self, pic: Any) -> Tensor:
        """Convert it."""
        return F.pil_to_tensor(pic)


class ToPILImage(Transform):
    """A tensor (C, H, W), or an array (H, W[, C]), as an image of Pillow."""

    _told = ("mode",)

    def __init__(self, mode: str | None = None) -> None:
        super().__init__()
        self.mode = mode

    def forward(self, pic: Any) -> Any:
        """Convert it."""
        return F.to_pil_image(pic, self.mode)

    def __repr__(self) -> str:
        return "ToPILImage()" if self.mode is None else super().__repr__()


class ConvertImageDtype(Transform):
    """A tensor in another dtype and in the range of it; see `functional.convert_image_dtype`."""

    def __init__(self, dtype: Any) -> None:
        super().__init__()
        self.dtype = dtype

    def forward(self, image: Tensor) -> Tensor:
        """Convert it."""
        return F.convert_image_dtype(image, self.dtype)


class Normalize(Transform):
    """``(x - mean) / std`` for each channel.

    >>> Normalize((0.5,), (0.5,))
    Normalize(mean=(0.5,), std=(0.5,))
    >>> Normalize((0.5,), (0.5,))(tensor([[[0.0, 1.0]]]))
    tensor([[[-1.,  1.]]])
    """

    _told = ("mean", "std")

    def __init__(self, mean: Any, std: Any, inplace: bool = False) -> None:
        super().__init__()
        self.mean, self.std, self.inplace = mean, std, inplace

    def forward(self, tensor: Tensor) -> Tensor:
        """Normalize it."""
        return F.normalize(tensor, self.mean, self.std, self.inplace)


class LinearTransformation(Transform):
    """A tensor as a row, minus ``mean_vector``, times ``transformation_matrix``: for whitening."""

    def __init__(self, transformation_matrix: Tensor, mean_vector: Tensor) -> None:
        super().__init__()
        size = tuple(transformation_matrix.value.shape)
        if size != (mean_vector.numel(),) * 2:
            raise ValueError(
                f"LinearTransformation: the matrix must be square and fit the mean, received {size}"
            )
        self.transformation_matrix, self.mean_vector = transformation_matrix, mean_vector

    def forward(self, tensor: Tensor) -> Any:
        """Transform it."""
        row = tensor.reshape(-1, self.mean_vector.numel()) - self.mean_vector
        return (row @ self.transformation_matrix).reshape(tensor.shape)


class RandomErasing(Transform):
    """With probability ``p``, a box of a tensor erased (Zhong et al., 2017, arXiv:1708.04896).

    Parameters
    ----------
    scale : (low, high)
        The share of the area that is erased.
    ratio : (low, high)
        Height over width of the box.
    value : number, one for each channel, or "random", default=0
    """

    _told = ("p", "scale", "ratio", "value", "inplace")

    def __init__(
        self,
        p: float = 0.5,
        scale: Any = (0.02, 0.33),
        ratio: Any = (0.3, 3.3),
        value: Any = 0,
        inplace: bool = False,
    ) -> None:
        super().__init__()
        self.p = check_number("RandomErasing", "p", p, "[0, 1]")
        self.scale, self.ratio = scale, ratio
        interval("RandomErasing", "scale", scale, low=0.0)
        interval("RandomErasing", "ratio", ratio, low=0.0)
        if isinstance(value, str) and value != "random":
            raise ValueError(
                f"RandomErasing: value must be numbers or 'random', received {value!r}"
            )
        self.value, self.inplace = value, inplace

    @staticmethod
    def get_params(
        img: Tensor, scale: Any, ratio: Any, value: Any = None
    ) -> tuple[int, int, int, int, Tensor]:
        """Draw the box, and the values if ``value`` is None: top, left, height, width, values."""
        channels, rows, columns = (int(n) for n in img.value.shape[-3:])
        logs = [math.log(end) for end in ratio]
        for _ in range(10):
            area = rows * columns * uniform(*scale)
            shape = math.exp(uniform(*logs))
            height, width = round(math.sqrt(area * shape)), round(math.sqrt(area / shape))
            if not (height < rows and width < columns):
                continue
            if value is None:
                fill = empty(channels, height, width).normal_()
            else:
                fill = tensor(np.asarray(value, np.float32)[:, None, None])
            top = integer(0, rows - height + 1)
            return top, integer(0, columns - width + 1), height, width, fill
        return 0, 0, rows, columns, img

    def forward(self, img: Tensor) -> Tensor:
        """Erase a box, or return the image as it is."""
        if not chance(self.p):
            return img
        value = None if isinstance(self.value, str) else self.value
        if isinstance(value, int | float):
            value = [float(value)]
        top, left, height, width, fill = self.get_params(img, self.scale, self.ratio, value)
        return F.erase(img, top, left, height, width, fill, self.inplace)
