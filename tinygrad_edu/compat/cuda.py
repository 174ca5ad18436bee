"""No GPU: what PyTorch's code asks about one before it goes on with the CPU."""

__all__ = ["device_count", "is_available"]


def __dir__() -> list[str]:
    return __all__


def is_available() -> bool:
    """Whether there is a GPU to compute on: no.

    >>> import tinygrad_edu as tg
    >>> tg.cuda.is_available()
    False
    """
    return False


def device_count() -> int:
    """How many GPUs there are: none."""
    return 0
