"""What a step has to do: a job for each parameter, large ones cut into pieces."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._workspace import cut

__all__ = ["Job", "Settings", "State", "pieces"]

State = dict[str, Any]


class Settings(NamedTuple):
    """What a step needs to know of a group, read once."""

    lr: float
    weight_decay: float
    decoupled: bool
    maximize: bool
    optional: tuple[str, ...]
    entries: dict[str, Any]  # for `direction`, by the names in its signature
    group: dict[str, Any]


#: What is to be done for one parameter, or for a piece of a large one: w, g, its state, settings.
Job = tuple[Array, Array, State, Settings]


def pieces(due: Iterable[Job]) -> Iterable[Job]:
    """Large parameters cut into pieces, which need little scratch and can be shared out."""
    for job in due:
        w, g, state, settings = job
        parts = cut(w.size)
        if len(parts) == 1 or not (w.flags.c_contiguous and g.flags.c_contiguous):
            yield job
            continue
        flat_w, flat_g = w.reshape(-1), g.reshape(-1)
        flat = {slot: a.reshape(-1) for slot, a in state.items() if slot != "step"}
        for piece in parts:
            part: State = {slot: array[piece] for slot, array in flat.items()}
            part["step"] = state["step"]
            yield flat_w[piece], flat_g[piece], part, settings
