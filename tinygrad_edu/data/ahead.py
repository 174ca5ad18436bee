"""Reading batches ahead, in a thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from tinygrad_edu.random import get_generator, lend

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
    seed: int,
) -> Iterator[Any]:
    """``map(read, plan)``, of which a thread reads ``depth`` items before they are asked for.

    One thread: a second one would run a user's ``__getitem__`` twice at the same time, which few
    are written for, and both would draw random numbers in an order of chance. What it draws from
    the default generator comes from one that ``seed`` starts.

    An error comes out in the place of its item, and ends the iteration. The thread ends with the
    iteration, also where that is given up early.
    """
    from concurrent.futures import Future, ThreadPoolExecutor
    from concurrent.futures import TimeoutError as LateError

    generator = get_generator(seed)

    def step(item: Any) -> Any:
        with lend(generator):
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
