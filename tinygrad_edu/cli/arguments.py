"""The verbs and options of the command line."""

from __future__ import annotations

import argparse

import tinygrad_edu
from tinygrad_edu.cli.console import Parser, number
from tinygrad_edu.cli.demo import FOLDER
from tinygrad_edu.cli.recipe import CHOICES, Recipe
from tinygrad_edu.data import DATASETS

__all__ = ["parser"]

_DATA_DIR = "folder with the files (default: TINYGRAD_EDU_DATA, or the system's cache folder)"
# The settings of a recipe that are numbers: the type of the option, and its help.
_NUMBERS = {
    "dropout": (number(float, 0, 1), "share of units dropped (default: 0)"),
    "lr": (number(float, 0, strict=True), "learning rate (default: sgd 0.1, adam 0.001)"),
    "momentum": (number(float, 0, 1), "of sgd (default: 0.9)"),
    "weight_decay": (number(float, 0), "default: 0"),
    "epochs": (number(int, 1), "default: %(default)s"),
    "batch_size": (number(int, 1), "default: %(default)s"),
    "seed": (number(int, 0), "default: %(default)s"),
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs."""
    top = Parser(prog="tinygrad-edu", description="Train small neural nets on NumPy.")
    top.add_argument("-V", "--version", action="version", version=tinygrad_edu.__version__)
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    _demo(verbs)
    _train(verbs)
    _evaluate(verbs)
    _data(verbs)
    _gradcheck(verbs)
    _doctor(verbs)
    _run(verbs)
    return top


def hidden_sizes(text: str) -> tuple[int, ...]:
    """Read ``300,100``; nothing, or ``linear``, means no hidden layer.

    >>> hidden_sizes("300,100"), hidden_sizes("linear")
    ((300, 100), ())
    """
    if text.strip() in ("", "linear"):
        return ()
    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = (0,)
    if min(sizes) < 1:
        raise argparse.ArgumentTypeError(
            f"must be sizes of hidden layers, as 300,100, or linear for none; received {text!r}"
        )
    return sizes


def _common(verb: argparse.ArgumentParser, *, quiet: bool = True) -> None:
    if quiet:
        verb.add_argument("--quiet", action="store_true", help="print the result only")
    verb.add_argument("--json", action="store_true", help="print one JSON object instead")
    verb.add_argument("--debug", action="store_true", help="show the traceback of an error")


def _demo(verbs: argparse._SubParsersAction[Parser]) -> None:
    verb = verbs.add_parser("demo", help="train on the embedded digits, and show what was learned")
    verb.add_argument("--out", default=FOLDER, help="folder of the results (default: %(default)s)")
    _common(verb)


def _train(verbs: argparse._SubParsersAction[Parser]) -> None:
    verb = verbs.add_parser("train", help="train a multilayer perceptron")
    default = Recipe()
    for option, known in CHOICES.items():
        verb.add_argument(
            f"--{option}",
            choices=list(known),
            default=getattr(default, option),
            metavar="NAME",
            help=f"{', '.join(known)} (default: %(default)s)",
        )
    verb.add_argument(
        "--model",
        type=hidden_sizes,
        default=default.model,
        metavar="SIZES",
        help="units of the hidden layers, as 300,100 (the default); linear for none",
    )
    for option, (kind, text) in _NUMBERS.items():
        verb.add_argument(
            f"--{option.replace('_', '-')}",
            type=kind,
            default=getattr(default, option),
            metavar="N",
            help=text,
        )
    verb.add_argument("--batchnorm", action="store_true", help="normalize each hidden layer")
    verb.add_argument("--data-dir", metavar="DIR", help=_DATA_DIR)
    verb.add_argument("--out", metavar="DIR", help="folder of the results (default: runs/DATA)")
    _common(verb)


def _evaluate(verbs: argparse._SubParsersAction[Parser]) -> None:
    verb = verbs.add_parser("eval", help="evaluate what train or demo has left in a folder")
    verb.add_argument("run", metavar="DIR", help="the folder, as runs/digits")
    verb.add_argument("--data-dir", metavar="DIR", help=_DATA_DIR)
    _common(verb)


def _data(verbs: argparse._SubParsersAction[Parser]) -> None:
    verb = verbs.add_parser("data", help="list and fetch data sets")
    tasks = verb.add_subparsers(dest="task", metavar="TASK", required=True)
    texts = {
        "list": "what there is, and what of it is here",
        "fetch": "download what is not here",
        "path": "print the folder of a data set",
    }
    for task, text in texts.items():
        child = tasks.add_parser(task, help=text)
        if task != "list":
            child.add_argument(
                "names",
                nargs="+",
                choices=list(DATASETS),
                metavar="NAME",
                help=", ".join(DATASETS),
            )
        child.add_argument("--data-dir", metavar="DIR", help=_DATA_DIR)
        _common(child, quiet=False)


def _gradcheck(verbs: argparse._SubParsersAction[Parser]) -> None:
    verb = verbs.add_parser("gradcheck", help="check the derivatives of operations, as a table")
    verb.add_argument(
        "names",
        nargs="*",
        metavar="OP",
        help="an operation, or a file of your own, as my_operations.py, which is run: give none "
        "that you do not trust (default: all operations)",
    )
    verb.add_argument(
        "--seed",
        type=number(int, 0),
        default=0,
        metavar="N",
        help="of the random cotangents (default: %(default)s)",
    )
    verb.add_argument("--html", metavar="FILE", help="write the table as one page, too")
    _common(verb)


def _doctor(verbs: argparse._SubParsersAction[Parser]) -> None:
    verb = verbs.add_parser("doctor", help="what is installed, what is missing, how to get it")
    verb.add_argument("--data-dir", metavar="DIR", help=_DATA_DIR)
    _common(verb, quiet=False)


def _run(verbs: argparse._SubParsersAction[Parser]) -> None:
    verb = verbs.add_parser("run", help="run a script that is written for PyTorch, unchanged")
    verb.add_argument(
        "--report",
        action="store_true",
        help="list the names of PyTorch that it needs, and run nothing",
    )
    verb.add_argument("script", metavar="SCRIPT", help="a .py file, or a notebook")
    verb.add_argument("args", nargs=argparse.REMAINDER, metavar="ARGS", help="for the script")
