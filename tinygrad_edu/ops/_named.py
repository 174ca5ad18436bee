"""Results of several parts by name, as PyTorch gives them: ``(values, indices)`` and its like."""

from __future__ import annotations

from typing import Any, NoReturn

__all__ = ["Named", "named"]


class Named(tuple[Any, ...]):
    """A tuple with names for its parts, which is not taken for a tensor.

    It is unpacked, indexed and asked for its parts; whatever a tensor could do is refused with a
    word on which part to use. So ``scores.max(1) * 2`` is an error and never the tuple twice.

    >>> from tinygrad_edu.ops._named import named
    >>> pair = named("max", values=3.0, indices=1)
    >>> pair
    torch.return_types.max(
    values=3.0,
    indices=1)
    >>> pair.indices, pair[1], len(pair)
    (1, 1, 2)
    >>> pair * 2
    Traceback (most recent call last):
    TypeError: max: this is (values, indices), not a tensor; write .values or .indices for a part
    """

    _fields: tuple[str, ...]
    _of: str

    def _refuse(self, *args: Any, **params: Any) -> NoReturn:
        raise TypeError(f"{self._of}: {self._advice()}")

    def _advice(self) -> str:
        parts = " or ".join(f".{name}" for name in self._fields)
        return f"this is ({', '.join(self._fields)}), not a tensor; write {parts} for a part"

    def __getattr__(self, name: str) -> Any:
        if name in self._fields:
            return self[self._fields.index(name)]
        raise AttributeError(f"{self._of}: there is no .{name} here: {self._advice()}")

    def __repr__(self) -> str:
        parts = ",\n".join(f"{n}={v!r}" for n, v in zip(self._fields, self, strict=True))
        return f"torch.return_types.{self._of}(\n{parts})"

    def __reduce__(self) -> Any:
        return _made, (self._of, self._fields, tuple(self))

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _refuse
    __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = _refuse
    __matmul__ = __rmatmul__ = __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _refuse
    __neg__ = __pos__ = __abs__ = __invert__ = __float__ = __int__ = __bool__ = _refuse
    __array__ = __array_function__ = __array_ufunc__ = _refuse
    __hash__ = None  # type: ignore[assignment]  # what cannot be compared cannot be a key


def named(of: str, **parts: Any) -> Named:
    """The parts of the result of the function ``of``."""
    return _made(of, tuple(parts), tuple(parts.values()))


def _made(of: str, fields: tuple[str, ...], parts: tuple[Any, ...]) -> Named:
    kind = _KINDS.get((of, fields))
    if kind is None:
        space = {"_of": of, "_fields": fields, "__slots__": ()}
        kind = _KINDS[of, fields] = type(of, (Named,), space)
    return kind(parts)


_KINDS: dict[tuple[str, tuple[str, ...]], type[Named]] = {}
