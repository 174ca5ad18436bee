"""Make tinygrad_edu/data/digits.npz from the copy of the UCI digits that scikit-learn carries.

Run from the root of the repository: ``python scripts/make_digits.py`` (needs scikit-learn, this
script alone). The data are those of E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten
Digits", UCI Machine Learning Repository, 1998, doi:10.24432/C50P49, licensed CC BY 4.0; they are
stored unchanged.
"""

import hashlib
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

EXPECTED = {
    "images": "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3",
    "labels": "8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0",
}


def main() -> None:
    """Write the file after checking that the bytes are the expected ones."""
    digits = load_digits()
    arrays = {
        "images": digits.images.astype(np.uint8),
        "labels": digits.target.astype(np.uint8),
    }
    if not np.array_equal(arrays["images"], digits.images):
        raise SystemExit("the pixels are not whole numbers; nothing written")
    for name, array in arrays.items():
        found = hashlib.sha256(array.tobytes()).hexdigest()
        if found != EXPECTED[name]:
            raise SystemExit(
                f"{name}: SHA-256 {found} instead of {EXPECTED[name]}; nothing written"
            )
    target = Path(__file__).parents[1] / "tinygrad_edu" / "data" / "digits.npz"
    np.savez_compressed(target, **arrays)
    print(f"{target}: {target.stat().st_size} bytes, {arrays['images'].shape}")


if __name__ == "__main__":
    main()
