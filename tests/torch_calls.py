"""How the functions of `tinygrad_edu.compat` are called rightly, after the first tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

X = np.linspace(0.1, 0.9, 9).reshape(3, 3) + np.diag([0.3, 0.1, 0.2])
SQUARE = X + np.eye(3)
CUBE = np.stack([X, SQUARE])
IMAGES = np.ones((1, 4, 2, 2))
FIRST = np.array([0, 2])
INTEGERS = np.array([[4, 6, 9]])
#: Arguments of functions whose first one is not the matrix X.
OTHERS: dict[str, tuple[Any, ...]] = {
    "bitwise_left_shift": (INTEGERS, 2), "bitwise_right_shift": (INTEGERS, 1), "gcd": (INTEGERS, 6),
    "lcm": (INTEGERS, 6), "combinations": (X[0], 2), "cartesian_prod": (X[0], X[1]),
    "is_nonzero": (X[0, 0],), "unravel_index": (FIRST, (2, 2)), "bincount": (INTEGERS[0],),
    "pixel_shuffle": (IMAGES, 2), "pixel_unshuffle": (IMAGES, 2),
    "can_cast": (np.float32, np.float64),
    "promote_types": (np.float32, np.int64),
    "result_type": (X, 1.5), "broadcast_shapes": ((3, 1), (4,)), "tril_indices": (3, 3),
    "triu_indices": (3, 3),
}  # fmt: skip
PLACES = np.array([[0, 2, 1], [1, 0, 2], [2, 2, 0]])


#: Arguments after the first, which is the matrix X.
CALLS: dict[str, tuple[Any, ...]] = {
    "addbmm": (CUBE, CUBE), "addmm": (SQUARE, SQUARE), "addmv": (SQUARE, X[0]),
    "addr": (X[0], X[1]), "adjoint": (), "baddbmm": (CUBE, CUBE),
    "block_diag": (SQUARE,), "broadcast_tensors": (SQUARE,), "bucketize": (X[0],),
    "cdist": (SQUARE, 2.0), "chain_matmul": (SQUARE,), "clamp_max": (0.5,), "clamp_min": (0.5,),
    "cummax": (1,), "cummin": (1,), "cumulative_trapezoid": (SQUARE,), "detach": (),
    "diagflat": (1,), "diagonal_scatter": (X[0], 0), "dist": (SQUARE, 2.0), "fix": (),
    "frobenius_norm": (1, True), "ger": (SQUARE,), "histc": (3, 0.0, 1.0), "histogram": (3,),
    "index_copy": (0, FIRST, SQUARE[:2]), "index_fill": (0, FIRST, 1.5),
    "index_put": ((FIRST,), X[:2]), "index_reduce": (0, FIRST, SQUARE[:2], "amax"),
    "inverse": (), "is_complex": (), "is_conj": (), "is_floating_point": (), "is_inference": (),
    "is_neg": (), "is_same_size": (SQUARE,), "is_signed": (), "isin": (SQUARE,),
    "isneginf": (), "isposinf": (), "isreal": (), "logcumsumexp": (1,),
    "logdet": (), "masked_scatter": (X > 0.5, SQUARE), "matrix_exp": (), "mode": (1, True),
    "msort": (), "mvlgamma": (1,), "narrow_copy": (0, 1, 2), "nextafter": (SQUARE,),
    "nuclear_norm": ((0, 1), True), "pinverse": (), "put": (FIRST, X[0, :2]), "ravel": (),
    "renorm": (2.0, 0, 1.0), "row_stack": (), "rsub": (SQUARE,),
    "scatter_reduce": (0, PLACES, SQUARE, "sum"), "searchsorted": (SQUARE,),
    "select_scatter": (X[0], 0, 1), "sgn": (), "slice_scatter": (SQUARE[:2], 0, 0, 2),
    "split_with_sizes": ((1, 2), 1), "sum_to_size": (3, 1),
    "swapdims": (0, 1), "t": (), "take_along_dim": (PLACES, 0), "trapz": (),
    "triangular_solve": (SQUARE,), "unflatten": (1, (1, 3)), "unique_consecutive": (True,),
    "unsafe_chunk": (2, 1), "unsafe_split": (2, 1), "unsafe_split_with_sizes": ((1, 2), 1),
    "channel_shuffle": (1,), "allclose": (SQUARE,), "log_softmax": (1,), "logit": (0.1,),
    "softmax": (1,), "conj_physical": (), "fill": (1.5,), "get_device": (), "pdist": (2.0,),
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
