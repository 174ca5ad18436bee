"""Draw the pictures of the README: ``python scripts/make_pictures.py``."""

from pathlib import Path

import tinygrad_edu as tg

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"


def neuron() -> tg.Tensor:
    """One neuron with two inputs."""
    x1, x2, w1, w2, b = (
        tg.tensor(value, requires_grad=True, name=name)
        for name, value in {"x1": 2.0, "x2": 0.5, "w1": -3.0, "w2": 1.0, "b": 6.2}.items()
    )
    return tg.tanh(x1 * w1 + x2 * w2 + b)


if __name__ == "__main__":
    print(tg.viz.draw(neuron()).save(PICTURES / "neuron.svg"))
