"""How large the errors of an operation's derivatives are, and what is wrong where they are large.

`check_op` asks whether every law holds; this asks for the numbers, over all samples of an `OpSpec`.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.testing.derivatives import ALLOWED, Compared, compare
from tinygrad_edu.testing.gradcheck import GradcheckError, gradcheck, gradgradcheck
from tinygrad_edu.testing.laws.case import Case, recorded
from tinygrad_edu.testing.laws.verdict import relative_errors
from tinygrad_edu.testing.specs import OpSpec

__all__ = ["ERROR", "METHODS", "family", "measure"]

#: What "error" means here, in words.
ERROR = (
    "error: the largest |backward - expected| over the entries of a gradient, divided by the "
    "larger of 1 and the largest |expected|; the worst of all samples and inputs, in float64, for "
    "random normal cotangents. Order 1 is the gradient, order 2 the gradient of the gradient."
)
METHODS = (
    "expected: for order 1 the complex step where the operation is analytic (allowed: 1e-13), else "
    "five-point differences of the values (1e-9); for order 2 five-point differences of the "
    "gradient, and in the cotangent, where it is linear, its values for unit vectors (1e-9)."
)

# Differences of single entries are good to this; smaller errors are told by their size alone.
_DIAGNOSED = 1e-8
_SMALL = (
    "the error is small: a constant with too few digits, single precision on the way, or a formula "
    "that loses digits?"
)
_ROUGH = "differences agree with backward to 1e-8, and are no better there"
_OUTSIDE = "the function is not finite there, or has no derivative: move the sample into its domain"
_SHOWN = 4
_KINDS = {"b": "truth values", "i": "integers", "u": "integers"}


@dataclass(frozen=True)
class Order:
    """The worst error of one order, and the largest that is allowed.

    ``undecided`` is the number of samples that the error says nothing of: where differences settle
    on nothing.
    """

    error: float
    allowed: float
    undecided: int = 0

    @property
    def holds(self) -> bool:
        """Whether the error is small enough."""
        return self.error <= self.allowed


@dataclass(frozen=True)
class Measured:
    """What was found of one operation.

    first, second : the worst errors; None where there is nothing to compare, for which ``reason``
        says why.
    problems : what is wrong, one text for each order that fails.
    """

    name: str
    family: str
    formula: str
    samples: int
    first: Order | None = None
    second: Order | None = None
    reason: str = ""
    problems: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """``"ok"``, ``"FAILED"``, ``"undecided"``, or ``"-"`` where nothing could be compared.

        What is undecided is neither right nor wrong: no differences agree there.
        """
        orders = [order for order in (self.first, self.second) if order is not None]
        if self.problems:
            unknown = orders and all(order.holds for order in orders)
            return "undecided" if unknown else "FAILED"
        return "ok" if orders else "-"


def family(spec: OpSpec) -> str:
    """The file that the operation is defined in."""
    return (_home(spec).__module__ or "").rpartition(".")[2]


def measure(spec: OpSpec, generator: GeneratorLike = 0) -> Measured:
    """Measure the errors of both orders over all samples of an operation.

    Nothing is raised for an operation that is wrong: ``problems`` says what is.

    >>> from tinygrad_edu.samples import SPECS
    >>> found = measure(SPECS["tanh"])
    >>> found.verdict, found.first.error < 1e-13, found.second.error < 1e-9
    ('ok', True, True)
    >>> measure(SPECS["argmax"]).reason
    'no gradient: gives integers'
    """
    rng = get_generator(generator)
    home = _home(spec)
    facts: dict[str, Any] = {"name": spec.name, "family": family(spec)}
    facts["formula"] = (home.__doc__ or "").strip().partition("\n")[0]
    facts["samples"] = len(spec.samples)
    with np.errstate(all="ignore"):  # what is not finite is an error by itself
        try:
            cases = spec.cases
            reason = _why_not(cases)
        except Exception as error:
            return Measured(**facts, problems=(f"{spec.name} {_raised(error, home)}",))
        if reason:
            return Measured(**facts, reason=reason)
        first = second = None
        problems: list[str] = []
        if "first_order" not in spec.exempt:
            first, problem = _worst(spec, cases, 1, rng)
            problems += problem
        if "second_order" not in spec.exempt:
            second, problem = _worst(spec, cases, 2, rng)
            # What is wrong at the first order is mostly what is wrong here.
            known = bool(problems) and first is not None and not first.holds
            problems += ["order 2 fails too"] if problem and known else problem
    exempt = dict.fromkeys(spec.exempt[law] for law in _exempt(spec))
    return Measured(
        **facts, first=first, second=second, reason="; ".join(exempt), problems=tuple(problems)
    )


def _exempt(spec: OpSpec) -> list[str]:
    return [law for law in ("first_order", "second_order") if law in spec.exempt]


def _home(spec: OpSpec) -> Any:
    """The function that holds the derivative, or is documented."""
    found = spec.record.forward if spec.record else getattr(ops, spec.name, None)
    return found or spec.function


def _why_not(cases: list[Case]) -> str:
    """Why there is no gradient to compare, or nothing."""
    if any(case.wrt for case in cases):
        return ""
    kinds = [_KINDS.get(case.value(case.xs).dtype.kind) for case in cases]
    return f"no gradient: gives {kinds[0]}" if kinds and kinds[0] else "no gradient: has no rule"


def _worst(
    spec: OpSpec, cases: list[Case], order: int, rng: np.random.Generator
) -> tuple[Order, list[str]]:
    """The worst error of one order, and what is wrong at the plainest sample where it is large."""
    allowed = ALLOWED["complex" if order == 1 and spec.analytic else "five-point"]
    worst, failing, undecided = 0.0, [], []
    for case in cases:
        error, obstacle, unknown = _error(case, order, rng, _home(spec))
        worst = max(worst, error)
        if not error <= allowed:
            failing.append((case, obstacle))
        elif unknown:
            undecided.append((case, _diagnosis(case, order, rng) or _ROUGH))
    found = Order(worst, allowed, len(undecided))
    if undecided and not failing:
        case, cause = undecided[0]
        text = f"order {order}, {_shown(spec.name, case)}: undecided: {cause}"
        if len(cases) > 1:
            text += f"\n{len(undecided)} of {len(cases)} samples are undecided"
        return found, [text]
    if not failing:
        return found, []
    # One entry shows no pattern, many are hard to read.
    case, obstacle = min(failing, key=lambda found: (_entries(found[0]) < 2, _entries(found[0])))
    cause = obstacle or _diagnosis(case, order, rng) or _SMALL
    text = f"order {order}, {_shown(spec.name, case)}: {cause}"
    if len(cases) > 1:
        text += f"\n{len(failing)} of {len(cases)} samples fail, the worst error is {worst:.1e}"
    return found, [text]


def _error(case: Case, order: int, rng: np.random.Generator, home: Any) -> tuple[float, str, bool]:
    """The worst error of a sample, and whether some of it is undecided.

    The error is infinite where nothing can be compared, with the reason.
    """
    worst, unknown, allowed = 0.0, False, ALLOWED["five-point"]
    try:
        for pair in _pairs(case, order, rng):
            if pair.got.shape != pair.expected.shape:
                shapes = f"has shape {pair.got.shape}, not {pair.expected.shape}"
                return np.inf, f"{pair.what} {shapes}", False
            expected, open_ = pair.expected, np.zeros(pair.got.shape, dtype=bool)
            off = relative_errors(pair.got, expected)
            if pair.again is not None and not (off <= allowed).all():
                expected, open_ = pair.again(allowed)
                off = relative_errors(pair.got, np.where(open_, pair.got, expected))
            if not np.isfinite(expected).all():
                return np.inf, _OUTSIDE, False
            worst, unknown = (
                max(worst, float(np.max(off, initial=0.0))),
                unknown or bool(open_.any()),
            )
    except Exception as error:  # a rule that raises is wrong like one that gives a wrong number
        return np.inf, _raised(error, home), False
    return worst, "", unknown


def _raised(error: Exception, home: Any) -> str:
    """What was raised, and the line of the operation's file that it went through last."""
    code = getattr(home, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if code and frame.filename == code.co_filename]
    where = f" in line {lines[-1]} of {Path(code.co_filename).name}" if code and lines else ""
    return f"raises {type(error).__name__}{where}: {error}"


def _pairs(case: Case, order: int, rng: np.random.Generator) -> Iterator[Compared]:
    exact = order == 1 and case.analytic
    return compare(case, rng, order, "complex" if exact else "five-point")


def _diagnosis(case: Case, order: int, rng: np.random.Generator) -> str:
    """What `gradcheck` has to say; nothing where the error is too small for it."""
    arguments = list(case.inputs)
    for k in case.wrt:
        arguments[k] = recorded(arguments[k].copy())
    check: Callable[..., bool | None] = gradcheck if order == 1 else gradgradcheck
    options = {"method": "five-point", "atol": _DIAGNOSED, "rtol": _DIAGNOSED, "generator": rng}
    try:
        check(lambda *inputs: case.function(*inputs, **case.params), arguments, **options)
    except GradcheckError as error:
        if not error.mismatches:
            return str(error).removeprefix("gradcheck: ")
        lines = [error.diagnosis or "the gradient is wrong, in no pattern that is known"]
        lines += [f"  {mismatch}" for mismatch in error.mismatches[:_SHOWN]]
        more = len(error.mismatches) - _SHOWN
        return "\n".join([*lines, f"  ... and {more} more"] if more > 0 else lines)
    except Exception as error:  # such as inputs that are not float64
        return f"{type(error).__name__}: {error}"
    return ""


def _entries(case: Case) -> int:
    return sum(x.size for x in case.xs)


def _shown(name: str, case: Case) -> str:
    """The call, with shapes for arrays."""
    inputs = [str(a.shape) if isinstance(a, np.ndarray) else repr(a) for a in case.inputs]
    params = [f"{key}={value!r}" for key, value in case.params.items()]
    return f"{name}({', '.join([*inputs, *params])})"
