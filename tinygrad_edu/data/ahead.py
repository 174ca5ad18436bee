"""Reading batches ahead, in a thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from typing import Any

import numpy as np

from tinygrad_edu.random import lend

__all__ = ["get_worker_info"]  # the others are for the loader

#: What `read` returns where there is nothing more.
END = object()


def get_worker_info() -> None:
    """Which worker process this is: None, as there are none.

    Examples
    --------
    >>> print(tg.data.get_worker_info())
    None
    """


def load_ahead(
    read: Callable[[Any], Any],
    plan: Iterator[Any],
    depth: int,
    timeout: float | None,
    generators: Sequence[np.random.Generator],
) -> Iterator[Any]:
    """``map(read, plan)``, of which a thread reads ``depth`` items before they are asked for.

    One thread: a second one would run a user's ``__getitem__`` twice at the same time, which few
    are written for, and both would draw random numbers in an order of chance. What is drawn from
    the default generator for an item comes from the next of ``generators``, in turn.

    An error comes out in the place of its item, and ends the iteration. The thread ends with the
    iteration, also where that is given up early.
    """
    from concurrent.futures import Future, ThreadPoolExecutor
    from concurrent.futures import TimeoutError as LateError

    turns = cycle(generators)

    def step(item: Any) -> Any:
        with lend(next(turns)):
            return read(item)

    pool = ThreadPoolExecutor(1, thread_name_prefix="DataLoader")
    waiting: deque[Future[Any]] = deque()
    try:
        waiting.extend(pool.submit(step, item) for item in islice(plan, max(depth, 1)))
        while waiting:
            try:
                made = waiting.popleft().result(timeout)
            except LateError:
                raise RuntimeError(
                    f"DataLoader: no batch came within timeout={timeout} seconds"
                ) from None
            if made is END:
                return
            waiting.extend(pool.submit(step, item) for item in islice(plan, 1))
            yield made
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
