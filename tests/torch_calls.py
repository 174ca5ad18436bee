"""How the functions of `tinygrad_edu.compat` are called rightly, after the first tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

import tinygrad_edu as tg

X = np.linspace(0.1, 0.9, 9).reshape(3, 3)
SQUARE = X + np.eye(3)
PLACES = np.array([[0, 2, 1], [1, 0, 2], [2, 2, 0]])


def tensors() -> list[tg.Tensor]:
    return [tg.tensor(X, requires_grad=True), tg.tensor(SQUARE)]


#: Arguments after the first, which is the matrix X.
CALLS: dict[str, tuple[Any, ...]] = {
    "add": (SQUARE,), "argsort": (1,), "cross": (SQUARE,), "div": (SQUARE,), "divide": (SQUARE,),
    "equal": (SQUARE,), "flip": (0,), "gradient": (), "max": (1, True), "median": (1, True),
    "meshgrid": (), "min": (1, True), "mul": (SQUARE,), "multiply": (SQUARE,),
    "nanmedian": (1, True), "nanquantile": (0.5, 1), "norm": (2, 1), "permute": ((1, 0),),
    "qr": (), "quantile": (0.5, 1), "roll": (1, 0), "rot90": (1,), "sort": (1, True),
    "split": (2, 1), "squeeze": (0,), "std": (1, True), "std_mean": (1, True), "sub": (SQUARE,),
    "subtract": (SQUARE,), "svd": (), "tensordot": (SQUARE, 1), "tile": ((2, 1),),
    "transpose": (0, 1), "true_divide": (SQUARE,), "var": (1, True), "var_mean": (1, True),
    "vector_norm": (2, 1), "where": (X, SQUARE),
}  # fmt: skip
