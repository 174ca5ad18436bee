"""Functions to try optimizers on, with what is known of them.

>>> from tinygrad_edu.optim.functions import rosenbrock
>>> float(rosenbrock(np.array([-1.2, 1.0])))
24.2
>>> rosenbrock.minima
((1.0, 1.0),)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = [
    "FUNCTIONS", "Point", "TestFunction", "ackley", "beale", "booth", "bowl_lecture", "branin",
    "double_well", "easom", "goldstein_price", "himmelblau", "levy13", "matyas", "mccormick",
    "monkey_saddle", "powell_singular", "quartic_lecture", "rastrigin", "rosenbrock", "saddle",
    "six_hump_camel", "sphere", "styblinski_tang", "three_hump_camel", "valley_lecture", "wood",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__


Point = tuple[float, ...]


@dataclass(frozen=True)
class TestFunction:
    """A function of a vector, called with an array or a tensor.

    ``minimum`` is the least value, ``minima`` where it is taken (empty where there is none),
    ``start`` the usual start, and ``domain`` the interval of each coordinate that pictures show.
    """

    __test__ = False  # it is not a test of pytest's

    name: str
    function: Callable[[Any], Any]
    start: Point
    minima: tuple[Point, ...]
    minimum: float
    domain: tuple[tuple[float, float], ...]
    note: str = ""

    def __call__(self, x: Any) -> Any:
        """The value at ``x``."""
        return self.function(x)


FUNCTIONS: dict[str, TestFunction] = {}


def _known(
    start: Point,
    minima: tuple[Point, ...] = (),
    minimum: float = 0.0,
    box: float | tuple[tuple[float, float], ...] = 5.0,
    note: str = "",
) -> Callable[[Callable[[Any], Any]], TestFunction]:
    def define(function: Callable[[Any], Any]) -> TestFunction:
        domain = box if isinstance(box, tuple) else ((-box, box),) * len(start)
        name = function.__name__
        made = TestFunction(name, function, start, minima, minimum, domain, note)
        object.__setattr__(made, "__doc__", function.__doc__)
        FUNCTIONS[name] = made
        return made

    return define


# ---- from the lectures


@_known(
    (1.0,), ((-(0.25 ** (1 / 3)),),), 2 - 0.75 * 0.25 ** (1 / 3), 1.5, "one step of 0.2 at a time"
)
def quartic_lecture(x: Any) -> Any:
    """x⁴ + x + 2."""
    return (x**4 + x + 2).sum()


@_known((-5.0, -7.5), ((0.0, 0.0),), 0.0, 10.0, "with lr 0.5, (−0.45, −0.05) after 41 steps")
def valley_lecture(x: Any) -> Any:
    """0.0625x² + 0.25y² − 0.04xy; the lecture prints 0.06, its table is of 0.0625."""
    return 0.0625 * x[0] ** 2 + 0.25 * x[1] ** 2 - 0.04 * x[0] * x[1]


@_known((0.0, 0.0), ((5.0, 5.0),), 0.0, 15.0)
def bowl_lecture(x: Any) -> Any:
    """x² − 10x + 2y² − 20y + 75."""
    return x[0] ** 2 - 10 * x[0] + 2 * x[1] ** 2 - 20 * x[1] + 75


# ---- convex


@_known((4.0, -3.0), ((0.0, 0.0),))
def sphere(x: Any) -> Any:
    """Σ x²."""
    return (x**2).sum()


@_known((-8.0, 9.0), ((1.0, 3.0),), 0.0, 10.0, "Hessian with eigenvalues 2 and 18")
def booth(x: Any) -> Any:
    """(x + 2y − 7)² + (2x + y − 5)²."""
    return (x[0] + 2 * x[1] - 7) ** 2 + (2 * x[0] + x[1] - 5) ** 2


@_known((8.0, -6.0), ((0.0, 0.0),), 0.0, 10.0, "condition number 25")
def matyas(x: Any) -> Any:
    """0.26(x² + y²) − 0.48xy."""
    return 0.26 * (x[0] ** 2 + x[1] ** 2) - 0.48 * x[0] * x[1]


# ---- valleys and plains


@_known((-1.2, 1.0), ((1.0, 1.0),), 0.0, 2.0, "a bent valley; condition number 2508 at the end")
def rosenbrock(x: Any) -> Any:
    """Σ (1 − xᵢ)² + 100 (xᵢ₊₁ − xᵢ²)²."""
    return ((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2).sum()


@_known((1.0, 1.0), ((3.0, 0.5),), 0.0, 4.5)
def beale(x: Any) -> Any:
    """(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²."""
    a, b = x[0], x[1]
    return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2


@_known((0.0, -0.5), ((0.0, -1.0),), 3.0, 2.0)
def goldstein_price(x: Any) -> Any:
    """Two factors of degree 4; values from 3 to a million."""
    a, b = x[0], x[1]
    first = 1 + (a + b + 1) ** 2 * (19 - 14 * a + 3 * a**2 - 14 * b + 6 * a * b + 3 * b**2)
    second = 30 + (2 * a - 3 * b) ** 2 * (18 - 32 * a + 12 * a**2 + 48 * b - 36 * a * b + 27 * b**2)
    return first * second


@_known((0.5, 0.5), ((-0.54719755, -1.54719755),), -1.9132229549810362, ((-1.5, 4.0), (-3.0, 4.0)))
def mccormick(x: Any) -> Any:
    """sin(x + y) + (x − y)² − 1.5x + 2.5y + 1."""
    return np.sin(x[0] + x[1]) + (x[0] - x[1]) ** 2 - 1.5 * x[0] + 2.5 * x[1] + 1


@_known(
    (2.5, 3.5), ((math.pi, math.pi),), -1.0, 8.0, "flat far from the minimum: no gradient there"
)
def easom(x: Any) -> Any:
    """−cos x cos y exp(−(x − π)² − (y − π)²)."""
    hill = np.exp(-((x[0] - math.pi) ** 2) - (x[1] - math.pi) ** 2)
    return -np.cos(x[0]) * np.cos(x[1]) * hill


@_known((3.0, -1.0, 0.0, 1.0), ((0.0,) * 4,), 0.0, 4.0, "singular Hessian: Newton is linear")
def powell_singular(x: Any) -> Any:
    """(x₁ + 10x₂)² + 5(x₃ − x₄)² + (x₂ − 2x₃)⁴ + 10(x₁ − x₄)⁴."""
    return (
        (x[0] + 10 * x[1]) ** 2
        + 5 * (x[2] - x[3]) ** 2
        + (x[1] - 2 * x[2]) ** 4
        + 10 * (x[0] - x[3]) ** 4
    )


@_known((-3.0, -1.0, -3.0, -1.0), ((1.0,) * 4,), 0.0, 4.0)
def wood(x: Any) -> Any:
    """Two Rosenbrock valleys, tied."""
    a, b, c, d = x[0], x[1], x[2], x[3]
    valleys = 100 * (b - a**2) ** 2 + (1 - a) ** 2 + 90 * (d - c**2) ** 2 + (1 - c) ** 2
    return valleys + 10 * (b + d - 2) ** 2 + 0.1 * (b - d) ** 2


# ---- several minima

_HIMMELBLAU = (
    (3.0, 2.0),
    (-2.805118086952745, 3.131312518250573),
    (-3.779310253377747, -3.283185991286170),
    (3.584428340330492, -1.848126526964404),
)


@_known((0.0, 0.0), _HIMMELBLAU, 0.0, 5.0, "a local maximum at (−0.270845, −0.923039)")
def himmelblau(x: Any) -> Any:
    """(x² + y − 11)² + (x + y² − 7)²."""
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


@_known((0.3, -0.2), ((0.0, 0.0),), 0.0, 5.12, "11ⁿ local minima")
def rastrigin(x: Any) -> Any:
    """10n + Σ x² − 10 cos 2πx."""
    return (x**2 - 10 * np.cos(2 * math.pi * x) + 10).sum()


@_known((0.4, -0.3), ((0.0, 0.0),), 0.0, 5.0, "a cone at the minimum")
def ackley(x: Any) -> Any:
    """−20 exp(−0.2 √mean x²) − exp(mean cos 2πx) + 20 + e."""
    n = x.shape[0]
    root = np.sqrt((x**2).sum() / n)
    waves = np.cos(2 * math.pi * x).sum() / n
    return -20 * np.exp(-0.2 * root) - np.exp(waves) + 20 + math.e


@_known((-1.0, -1.0), ((-2.903534027771177,) * 2,), -78.33233140754282)
def styblinski_tang(x: Any) -> Any:
    """½ Σ x⁴ − 16x² + 5x."""
    return (x**4 - 16 * x**2 + 5 * x).sum() / 2


@_known((0.5, 0.5), ((0.0, 0.0),), 0.0, 2.0)
def three_hump_camel(x: Any) -> Any:
    """2x² − 1.05x⁴ + x⁶/6 + xy + y²."""
    return 2 * x[0] ** 2 - 1.05 * x[0] ** 4 + x[0] ** 6 / 6 + x[0] * x[1] + x[1] ** 2


_CAMEL = ((0.08984201310031806, -0.7126564030207396), (-0.08984201310031806, 0.7126564030207396))


@_known((0.5, -0.5), _CAMEL, -1.0316284534898774, ((-2.0, 2.0), (-1.0, 1.0)))
def six_hump_camel(x: Any) -> Any:
    """(4 − 2.1x² + x⁴/3) x² + xy + (4y² − 4) y²."""
    a, b = x[0], x[1]
    return (4 - 2.1 * a**2 + a**4 / 3) * a**2 + a * b + (4 * b**2 - 4) * b**2


_BRANIN = ((-math.pi, 12.275), (math.pi, 2.275), (3 * math.pi, 2.475))


@_known((2.5, 5.0), _BRANIN, 0.39788735772973816, ((-5.0, 10.0), (0.0, 15.0)))
def branin(x: Any) -> Any:
    """(y − 5.1x²/4π² + 5x/π − 6)² + 10(1 − 1/8π) cos x + 10."""
    a, b = x[0], x[1]
    bend = b - 5.1 / (4 * math.pi**2) * a**2 + 5 / math.pi * a - 6
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * np.cos(a) + 10


@_known((1.2, 1.3), ((1.0, 1.0),), 0.0, 10.0)
def levy13(x: Any) -> Any:
    """sin² 3πx + (x − 1)²(1 + sin² 3πy) + (y − 1)²(1 + sin² 2πy)."""
    a, b = x[0], x[1]
    first = np.sin(3 * math.pi * a) ** 2 + (a - 1) ** 2 * (1 + np.sin(3 * math.pi * b) ** 2)
    return first + (b - 1) ** 2 * (1 + np.sin(2 * math.pi * b) ** 2)


@_known((2.0,), ((1.0,), (-1.0,)), -1.0, 2.5, "Newton from 2: 1.4545, 1.1510, 1.0253, 1.0009")
def double_well(x: Any) -> Any:
    """x⁴ − 2x²."""
    return (x**4 - 2 * x**2).sum()


# ---- no minimum: places to escape from


@_known((0.01, 1.0), (), -math.inf, 2.0, "a saddle at 0")
def saddle(x: Any) -> Any:
    """x² − y², a saddle."""
    return x[0] ** 2 - x[1] ** 2


@_known((0.5, 0.5), (), -math.inf, 2.0, "a saddle for a monkey's tail too; Hessian 0 at 0")
def monkey_saddle(x: Any) -> Any:
    """x³ − 3xy²."""
    return x[0] ** 3 - 3 * x[0] * x[1] ** 2
