"""The command line: `tinygrad-edu`, also `python -m tinygrad_edu`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from tinygrad_edu.cli import datasets, doctor, gradcheck, run
from tinygrad_edu.cli.arguments import parser
from tinygrad_edu.cli.console import explain, plain_warnings
from tinygrad_edu.cli.demo import NEXT, demo
from tinygrad_edu.cli.recipe import Recipe
from tinygrad_edu.data import path


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 if it failed, or 2 if it was not understood.

    Interrupted from the keyboard it returns 130, as the shell expects.

    >>> main(["data", "path", "mnist", "--data-dir", "/data"])
    /data/mnist
    0
    """
    try:
        args = parser().parse_args(argv)
    except SystemExit as stop:  # argparse has printed: help or version (0), or an error (2)
        return int(stop.code or 0)
    verbs: dict[str, Callable[[argparse.Namespace], int | None]] = {
        "demo": _demo,
        "train": _train,
        "eval": _evaluate,
        "data": _data,
        "gradcheck": _gradcheck,
        "doctor": _doctor,
    }
    try:
        with plain_warnings():
            status = verbs[args.verb](args)
            sys.stdout.flush()
    except BrokenPipeError:  # as in `tinygrad-edu doctor | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except Exception as error:
        return explain(error, args.debug)
    return status or 0


def _demo(args: argparse.Namespace) -> None:
    result, files = demo(args.out, _shows(args), _speaker(args))
    _print_result(args, result, files)
    if _shows(args):
        print("\n" + NEXT.format(folder=args.out))


def _train(args: argparse.Namespace) -> None:
    recipe = Recipe(**{field.name: getattr(args, field.name) for field in fields(Recipe)})
    folder = run.new_folder(args.out, recipe.data)
    result = run.train(recipe, args.data_dir, _shows(args), _speaker(args))
    _print_result(args, result, run.save(result, folder))


def _evaluate(args: argparse.Namespace) -> None:
    result = run.evaluate(args.run, args.data_dir)
    _speaker(args)(f"model: {result.recipe.describe()}, trained on {result.recipe.data}")
    _print_result(args, result, {})


def _data(args: argparse.Namespace) -> None:
    if args.task == "list":
        facts = datasets.describe(args.data_dir)
        print(json.dumps(facts) if args.json else datasets.table(facts))
        return
    folders = (
        datasets.fetch_all(args.names, args.data_dir)
        if args.task == "fetch"
        else [str(path(name, args.data_dir)) for name in args.names]
    )
    by_name = dict(zip(args.names, folders, strict=True))
    print(json.dumps(by_name) if args.json else "\n".join(folders))


def _gradcheck(args: argparse.Namespace) -> int:
    survey, page = gradcheck.gradcheck(args.names, args.seed, args.html, _speaker(args))
    if args.json:
        print(json.dumps({**survey.to_json(), "html": page or None}))
    else:
        wrong = gradcheck.problems(survey)
        print(f"{wrong}\n\n{survey.summary()}" if wrong else survey.summary())
        if page:
            print(f"page: {page}")
    return 1 if survey.count("FAILED") else 0


def _doctor(args: argparse.Namespace) -> None:
    found = doctor.examine(args.data_dir)
    print(json.dumps(found) if args.json else doctor.report(found))


def _shows(args: argparse.Namespace) -> bool:
    return not (args.quiet or args.json)


def _speaker(args: argparse.Namespace) -> Callable[[str], None]:
    return _flushed if _shows(args) else lambda text: None


def _flushed(text: str) -> None:
    print(text, flush=True)  # into a pipe too, a line is seen when it is there


def _print_result(args: argparse.Namespace, result: run.Result, files: dict[str, str]) -> None:
    if args.json:
        answer: dict[str, Any] = {**result.to_json(), "files": files}
        print(json.dumps(answer))
        return
    if not args.quiet:
        print(f"\n{result.report}\n")
    print(f"{result.verdict()}, {result.seconds:.1f} s")
    if files and not args.quiet:
        width = max(map(len, files)) + 1
        print("\n" + "\n".join(f"{title + ':':<{width}} {file}" for title, file in files.items()))


__all__ = ["main"]
