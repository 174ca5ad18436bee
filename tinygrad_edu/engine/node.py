"""A node of the computation graph: a value and how it was made."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tinygrad_edu.engine.anomaly import Trace
    from tinygrad_edu.engine.primitive import Primitive

    Array = NDArray[Any]
else:
    Array = np.ndarray  # numpy.typing alone would take a tenth of the time to import the library

__all__ = ["Array", "Node", "as_array", "copy_of", "tick", "value_of"]

# Inputs exist before outputs, so counting creations gives every graph a topological order for free.
tick: Callable[[], int] = itertools.count(1).__next__


class _Trash(threading.local):
    """Inputs of dead nodes on their way out, one bin per thread; in use while not empty."""

    def __init__(self) -> None:
        self.bin: list[tuple[Any, ...]] = []


class Node:
    """A value and how it was made.

    ``inputs`` is the tuple of arguments of the operation ``op`` (nodes and constants, in order), or
    ``None`` once backward has freed the graph. A leaf has ``op = None`` and no inputs. A node never
    refers to what is computed from it, so a graph has no cycles and dies with its last result.
    """

    __slots__ = (
        "__weakref__",
        "cache",  # what a cached forward saved for its vjp; of an unrecorded view, its base
        "gradient",  # the accumulated gradient, a node, or None
        "hooks",  # functions of the gradient, or None
        "index",  # creation order
        "inputs",
        "name",  # what pictures and errors call it, or None
        "op",
        "params",  # keyword arguments of the operation
        "requires_grad",
        "value",  # an array
        "watcher",  # anomaly mode: where it was made, and checksums
    )

    # The class of recorded results. tensor.py puts Tensor here: the engine knows no higher floor.
    result_class: ClassVar[type[Node]]

    cache: Any
    gradient: Any
    hooks: list[Callable[[Any], Any]] | None
    index: int
    inputs: tuple[Any, ...] | None
    name: str | None
    op: Primitive | None
    params: dict[str, Any]
    requires_grad: bool
    watcher: Trace | None
    value: Array

    def __init__(self, value: Array, requires_grad: bool = False, name: str | None = None) -> None:
        """Make a leaf."""
        self.inputs = ()
        self.value = value
        self.requires_grad = requires_grad
        self.name = name
        self.op = self.cache = self.gradient = self.hooks = self.watcher = None
        self.params = {}
        self.index = tick()

    def __del__(self, trash: _Trash = _Trash()) -> None:  # noqa: B008 (one bin per thread, shared)
        # A long chain would be released by recursion, one C frame or more for every node, and
        # overflow the stack of a thread. Here the first node to die empties the bin in a loop, and
        # those that die meanwhile put their inputs there instead.
        try:
            inputs = self.inputs
        except AttributeError:  # the constructor failed
            return
        if inputs:
            waiting = trash.bin
            self.inputs = None
            if waiting:
                waiting.append(inputs)
                return
            # A bin that stays in use would keep all that dies later, so that an interrupt, which
            # Python ignores in here, must not leave it so.
            try:
                try:
                    waiting.append(())  # in use
                    inputs = None
                    while len(waiting) > 1:
                        waiting.pop()
                finally:
                    waiting.clear()
            except BaseException:
                waiting.clear()
                raise

    @classmethod
    def wrap(cls, value: Array) -> Node:
        """A leaf of the class of results around ``value``, which is not copied."""
        node = object.__new__(cls.result_class)
        Node.__init__(node, value)
        return node

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made this value."""
        return self.op is None or not self.requires_grad


Node.result_class = Node


def as_array(value: Any) -> Array:
    """Return ``value`` as an array; NumPy gives scalars where a result has no axes."""
    return np.asarray(value) if isinstance(value, np.generic) else value


def value_of(x: Any) -> Any:
    """The array of a node; anything else as it is."""
    return x.value if isinstance(x, Node) else x


def copy_of(g: Any) -> Any:
    """The same gradient in memory of its own; a recorded one stays recorded."""
    return np.positive(g) if isinstance(g, Node) else np.array(g)  # type: ignore[call-overload]  # dispatched
