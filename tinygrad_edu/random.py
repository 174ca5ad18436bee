"""One ``np.random.Generator`` for the whole package, and ways to seed, save and lend it.

Everything here that draws a random number takes ``generator=`` and resolves it with
`get_generator`: ``None`` means the default generator, an integer a fresh one with that seed.
NumPy's global state is never touched. The default generator is created on first use, because
``numpy.random`` costs a tenth of ``import numpy``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np

from tinygrad_edu._checks import check_count, check_generator
from tinygrad_edu._restored import restored

__all__ = [
    "GeneratorLike", "default_generator", "fork_rng", "get_generator", "get_state", "manual_seed",
    "set_state",
]  # fmt: skip

GeneratorLike: TypeAlias = "np.random.Generator | int | None"

Array = np.ndarray[Any, np.dtype[Any]]

_own: np.random.Generator | None = None  # the default generator, made at first use
_instead: np.random.Generator | None = None  # what `replace_default` has put in its place
_seed: int | None = None  # of the default generator, as far as it is known


# What `lend` has put in the place of the default generator.
_of_thread = threading.local()


def __dir__() -> list[str]:
    return __all__


def default_generator() -> np.random.Generator:
    """Return the generator that is used wherever ``generator=None``.

    It starts from the operating system's entropy; `manual_seed` makes it reproducible.

    Examples
    --------
    >>> from tinygrad_edu.random import default_generator
    >>> default_generator() is default_generator()
    True
    """
    lent: np.random.Generator | None = getattr(_of_thread, "generator", None)
    if lent is not None:
        return lent
    return own_generator() if _instead is None else _instead


def own_generator() -> np.random.Generator:
    """The default generator of the package, which another may stand in for."""
    global _own
    if _own is None:
        _own = np.random.default_rng()
    return _own


def manual_seed(seed: int) -> np.random.Generator:
    """Restart the default generator from ``seed`` and return it.

    The stream is that of ``np.random.default_rng(seed)``. The generator object stays the same one,
    so whoever holds it sees the new stream.

    Raises
    ------
    TypeError, ValueError
        If ``seed`` is not an integer, or is negative.

    Examples
    --------
    >>> from tinygrad_edu.random import default_generator, manual_seed
    >>> _ = manual_seed(0)
    >>> first = default_generator().random()
    >>> _ = manual_seed(0)
    >>> first == default_generator().random()
    True
    """
    started = np.random.default_rng(check_count("manual_seed", "seed", seed, 0))
    generator = default_generator()
    if type(generator.bit_generator) is not type(started.bit_generator):  # `replace_default`
        replace_default(None)
        generator = own_generator()
    generator.bit_generator.state = started.bit_generator.state
    note_seed(int(seed))
    return generator


def replace_default(generator: np.random.Generator | None) -> None:
    """Make ``generator`` the default one."""
    global _instead
    _instead = generator


def fill_uniform(generator: np.random.Generator, array: Array, low: float, high: float) -> None:
    """Overwrite ``array``, of floats, by numbers uniform in [low, high).

    A generator with a method of this name does it in its own way.
    """
    if (own := getattr(generator, "fill_uniform", None)) is not None:
        own(array, low, high)
        return
    _fill(array, generator.random)
    array *= float(high) - float(low)
    array += float(low)


def fill_normal(generator: np.random.Generator, array: Array, mean: float, std: float) -> None:
    """Overwrite ``array``, of floats, by normal numbers of this mean and standard deviation."""
    if (own := getattr(generator, "fill_normal", None)) is not None:
        own(array, mean, std)
        return
    _fill(array, generator.standard_normal)
    array *= float(std)
    array += float(mean)


def _fill(array: Array, draw: Any) -> None:
    """Fill ``array`` by ``draw(out=, dtype=)``, without a float64 copy where NumPy can do so."""
    if array.dtype.itemsize >= 4 and array.flags.c_contiguous:
        draw(out=array, dtype=array.dtype)
    else:
        array[...] = draw(size=array.shape, dtype=np.float32)


def note_seed(seed: int) -> None:
    """Remember from which seed the default generator was started."""
    global _seed
    _seed = seed


def noted_seed() -> int | None:
    """The seed that `manual_seed` was given last, or None before."""
    return _seed


def get_generator(
    generator: GeneratorLike = None, owner: str = "get_generator"
) -> np.random.Generator:
    """Resolve the argument ``generator=`` of a function that draws.

    Parameters
    ----------
    generator : np.random.Generator, int or None
        A generator is returned as it is, an integer seeds a fresh one, ``None`` is the default
        generator.
    owner : str
        Whose argument it is, for errors.

    Raises
    ------
    TypeError, ValueError
        If it is anything else, or a negative seed.

    Examples
    --------
    >>> from tinygrad_edu.random import get_generator
    >>> get_generator(7).integers(10, size=3) == get_generator(7).integers(10, size=3)
    array([ True,  True,  True])
    """
    if generator is None:
        return default_generator()
    return np.random.default_rng(check_generator(owner, "generator", generator))


def get_state(generator: GeneratorLike = None) -> dict[str, Any]:
    """Return the state of a generator (by default the default one) as plain numbers and lists.

    Examples
    --------
    >>> import json
    >>> from tinygrad_edu.random import default_generator, get_state, set_state
    >>> saved = json.dumps(get_state())
    >>> first = default_generator().random()
    >>> set_state(json.loads(saved))
    >>> first == default_generator().random()
    True
    """
    state: dict[str, Any] = _plain(get_generator(generator, "get_state").bit_generator.state)
    return state


def set_state(state: dict[str, Any], generator: np.random.Generator | None = None) -> None:
    """Put a generator (by default the default one) back into a state that `get_state` returned.

    Raises
    ------
    ValueError
        If the state is damaged or belongs to another kind of bit generator; the generator is then
        unchanged.
    """
    if generator is not None and not isinstance(generator, np.random.Generator):
        raise TypeError(
            f"set_state: generator must be an np.random.Generator or None, received {generator!r}"
        )
    target = get_generator(generator).bit_generator
    kind = type(target).__name__
    try:
        trial = type(target)()
        trial.state = state
        restored = trial.state
        if _plain(restored) != _plain(state):
            raise ValueError("it holds numbers that such a generator cannot be in")
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise ValueError(
            f"set_state: this is not a saved state of {kind} ({type(error).__name__}: {error}); "
            "give it what get_state() returned for a generator of the same kind"
        ) from error
    target.state = restored


@contextmanager
def fork_rng(seed: int | None = None) -> Iterator[np.random.Generator]:
    """Lend the default generator: outside the block, its stream goes on as if nothing was drawn.

    Parameters
    ----------
    seed : int, optional
        Start the block from this seed; otherwise it continues the present stream.

    Examples
    --------
    >>> from tinygrad_edu.random import default_generator, fork_rng, manual_seed
    >>> _ = manual_seed(0)
    >>> with fork_rng(seed=1) as generator:
    ...     noise = generator.normal(size=1000)
    >>> after = default_generator().random()
    >>> _ = manual_seed(0)
    >>> after == default_generator().random()
    True
    """
    own, lent = default_generator(), getattr(_of_thread, "generator", None)
    saved = own.bit_generator.state
    if seed is not None:
        check_count("fork_rng", "seed", seed, 0)

    def restore() -> None:
        if lent is None:  # the block may have replaced it
            replace_default(own)
        own.bit_generator.state = saved

    with restored(restore):
        yield default_generator() if seed is None else manual_seed(seed)


def of_the_same_kind(seed: int) -> np.random.Generator:
    """A fresh generator whose stream is of the kind of the default one."""
    own = default_generator()
    start: Any = getattr(own, "manual_seed", None)
    made: np.random.Generator = type(own)().manual_seed(seed) if start else get_generator(seed)  # type: ignore[call-arg, attr-defined]  # PyTorch's stream has no seed here
    return made


@contextmanager
def lend(generator: np.random.Generator) -> Iterator[None]:
    """Make ``generator`` the default one, in this thread alone, as long as the context lasts."""
    before = getattr(_of_thread, "generator", None)

    def restore() -> None:
        _of_thread.generator = before

    with restored(restore):
        _of_thread.generator = generator
        yield


def _plain(state: Any) -> Any:
    """Turn the arrays and NumPy scalars of a bit generator's state into lists and ints."""
    if isinstance(state, dict):
        return {key: _plain(value) for key, value in state.items()}
    return state.tolist() if isinstance(state, np.ndarray | np.generic) else state
