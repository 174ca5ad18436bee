"""Initial values found by looking at data."""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu._checks import check_number
from tinygrad_edu.engine import no_grad
from tinygrad_edu.nn._hooks import watched
from tinygrad_edu.nn.init.distributions import target_array, zeros_
from tinygrad_edu.nn.init.matrices import orthogonal_
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = ["lsuv_"]


def lsuv_(
    model: Any, x: Any, tol: float = 0.01, max_iter: int = 10, generator: GeneratorLike = None
) -> Any:
    """Scale the weights of each layer until its output on ``x`` has variance 1.

    Mishkin & Matas 2016.

    Layer-sequential unit variance: weights start orthogonal, biases at 0, and the layers are scaled
    in the order in which ``model(x)`` runs them. Changes every module that has a ``weight`` of two
    axes or more; returns the model.

    Parameters
    ----------
    model : Module
    x : Tensor
        A batch of inputs.
    tol : float
        How far from 1 the variance may stay.
    max_iter : int
        Scalings of one layer at most.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> net = tg.nn.Sequential(tg.nn.Linear(8, 50), tg.nn.Tanh(), tg.nn.Linear(50, 20))
    >>> x = tg.from_numpy(np.random.default_rng(0).normal(size=(100, 8)).astype(np.float32))
    >>> y = tg.nn.init.lsuv_(net, x)(x)
    >>> abs(float(y.data.var()) - 1) < 0.02
    True
    """
    check_number("lsuv_", "tol", tol, "(0, inf)")
    generator = get_generator(generator, "lsuv_")
    outputs: list[Any] = []

    def note(module: Any, args: Any, output: Any) -> None:
        outputs.append((module, output.value))

    layers = [m for m in model.modules() if getattr(vars(m).get("weight"), "ndim", 0) > 1]
    for layer in layers:
        orthogonal_(layer.weight, generator=generator)
        if vars(layer).get("bias") is not None:
            zeros_(layer.bias)
    with watched(layers, after=note), model.evaluating(), no_grad():
        model(x)
        for position in range(len(outputs)):
            for _ in range(max_iter):
                outputs.clear()
                model(x)
                layer, values = outputs[position]
                variance = float(values.var())
                if abs(variance - 1.0) < tol:
                    break
                if variance == 0.0:
                    raise ValueError(
                        f"lsuv_: the output of {layer} is constant on this batch, so no scale "
                        "gives it variance 1"
                    )
                target_array("lsuv_", layer.weight)[...] /= math.sqrt(variance)
    return model
