"""The digits of the UCI repository, which travel with the package: nothing to download.

1,797 images of digits written by 13 people, 8 × 8 pixels of 0 to 16 (white): the test part of
"Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak, UCI Machine Learning
Repository, 1998, doi:10.24432/C50P49, under the Creative Commons Attribution 4.0 International
licence (CC BY 4.0). ``digits.npz`` holds them unchanged, as bytes; ``scripts/make_digits.py`` made
it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._checked import explained
from tinygrad_edu.data.errors import DataFormatError
from tinygrad_edu.data.npz import read_npz
from tinygrad_edu.data.streams import sha256
from tinygrad_edu.data.vision import ImageDataset, Images, Labels, TrainTest

__all__ = ["Digits", "load_digits"]

_FILE = Path(__file__).with_name("digits.npz")
_SHA256 = {
    "images": "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3",
    "labels": "8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0",
}


class Digits(ImageDataset):
    """1,442 + 355 handwritten digits of 8 × 8 pixels (Alpaydin & Kaynak, 1998; CC BY 4.0).

    The split is fixed: in the order of the file, every fifth image of each class is for testing.
    Both parts hold digits of the same writers, so figures are a little better than with writers
    never seen.

    Parameters: see `ImageDataset`; ``root`` and ``download`` are accepted and not used.

    Examples
    --------
    >>> digits = tg.data.Digits(train=False)
    >>> x, y = digits[:5]
    >>> x.shape, x.dtype, y.dtype
    (torch.Size([5, 1, 8, 8]), torch.uint8, torch.int64)
    """

    name = "digits"
    title = "UCI digits"
    shape = (1, 8, 8)
    classes = tuple("0123456789")
    train_size = 1_442
    test_size = 355
    high = 16
    mean = (0.3051,)
    std = (0.3762,)
    licence = "CC BY 4.0"
    homepage = "https://doi.org/10.24432/C50P49"
    files = ()

    @classmethod
    def _find(cls, home: Path) -> Path:
        return _FILE.parent

    @classmethod
    def _read(cls, home: Path, train: bool) -> tuple[Images, Labels, list[Path]]:
        try:
            with _FILE.open("rb") as file:
                arrays = read_npz(file, unpacked=1 << 20)
            images, labels = arrays["images"], arrays["labels"]
        except Exception as error:  # zipfile raises of ten kinds, all of which say the same
            raise DataFormatError(_FILE, f"damaged, reinstall the package ({error})") from error
        for name, array in (("images", images), ("labels", labels)):
            if sha256(array.tobytes()) != _SHA256[name]:
                raise DataFormatError(
                    _FILE, f"damaged, reinstall the package: wrong SHA-256 of {name}"
                )
        rows = np.flatnonzero(_is_test(labels) != train)
        return images[rows].reshape(-1, *cls.shape), labels[rows].astype(np.int64), []


@explained
def load_digits(*, flatten: bool = True, normalize: bool = False) -> TrainTest:
    """Return the embedded digits as arrays ``x_train, y_train, x_test, y_test``.

    Parameters
    ----------
    flatten : bool, default=True
        x of shape (N, 64); otherwise (N, 1, 8, 8).
    normalize : bool, default=False
        Subtract the mean and divide by the standard deviation of the training pixels; otherwise
        they are between 0 and 1.

    Examples
    --------
    >>> x_train, y_train, x_test, y_test = tg.data.load_digits()
    >>> x_train.shape, x_train.dtype, x_test.shape
    ((1442, 64), dtype('float32'), (355, 64))
    """
    return Digits.arrays(flatten=flatten, normalize=normalize)


def _is_test(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Mark every fifth image of each class."""
    is_test = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        is_test[np.flatnonzero(labels == label)[4::5]] = True
    return is_test
