"""The command line: `tinygrad-edu`, also `python -m tinygrad_edu`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from tinygrad_edu.cli import datasets, doctor, gradcheck, run
from tinygrad_edu.cli.arguments import parser
from tinygrad_edu.cli.console import UnheardError, Voice, complain, explain, plain_warnings
from tinygrad_edu.cli.demo import NEXT, demo
from tinygrad_edu.cli.folder import run_folder
from tinygrad_edu.cli.recipe import Recipe
from tinygrad_edu.data import path

Say = Callable[[str], None]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 if it failed, or 2 if it was not understood.

    Interrupted from the keyboard it returns 130, as the shell expects.

    >>> main(["data", "path", "mnist", "--data-dir", "/data"])
    /data/mnist
    0
    """
    voice = Voice()
    try:
        args = parser().parse_args(argv)
    except SystemExit as stop:  # argparse has printed: help or version (0), or an error (2)
        return int(stop.code or 0)
    except UnheardError as error:
        voice.failure = error.args[0]
        return voice.status(1)
    if args.verb == "run":  # its output and its errors are those of the script
        return voice.status(_run(args))
    verbs: dict[str, Callable[[argparse.Namespace, Say], int | None]] = {
        "demo": _demo,
        "train": _train,
        "eval": _evaluate,
        "data": _data,
        "gradcheck": _gradcheck,
        "doctor": _doctor,
    }
    voice.goes_on = args.verb in ("demo", "train")
    try:
        with plain_warnings():
            status = verbs[args.verb](args, voice.say) or 0
    except UnheardError:
        status = 1
    except KeyboardInterrupt:
        complain("interrupted")
        status = 130
    except Exception as error:
        status = explain(error, args.debug)
    return voice.status(status)


def _demo(args: argparse.Namespace, say: Say) -> None:
    result, files = demo(args.out, _shows(args), _speaker(args, say))
    _print_result(args, say, result, files)
    if _shows(args):
        say("\n" + NEXT.format(folder=args.out))


def _train(args: argparse.Namespace, say: Say) -> None:
    recipe = Recipe(**{field.name: getattr(args, field.name) for field in fields(Recipe)})
    with run_folder(args.out, recipe.data) as folder:
        result = run.train(recipe, args.data_dir, _shows(args), _speaker(args, say))
        files = run.save(result, folder)
    _print_result(args, say, result, files)


def _evaluate(args: argparse.Namespace, say: Say) -> None:
    result = run.evaluate(args.run, args.data_dir)
    _speaker(args, say)(f"model: {result.recipe.describe()}, trained on {result.recipe.data}")
    _print_result(args, say, result, {})


def _data(args: argparse.Namespace, say: Say) -> None:
    if args.task == "list":
        facts = datasets.describe(args.data_dir)
        say(json.dumps(facts) if args.json else datasets.table(facts))
        return
    folders = (
        datasets.fetch_all(args.names, args.data_dir)
        if args.task == "fetch"
        else [str(path(name, args.data_dir)) for name in args.names]
    )
    by_name = dict(zip(args.names, folders, strict=True))
    say(json.dumps(by_name) if args.json else "\n".join(folders))


def _gradcheck(args: argparse.Namespace, say: Say) -> int:
    survey, page = gradcheck.gradcheck(args.names, args.seed, args.html, _speaker(args, say))
    if args.json:
        say(json.dumps({**survey.to_json(), "html": page or None}))
    else:
        wrong = gradcheck.problems(survey)
        say(f"{wrong}\n\n{survey.summary()}" if wrong else survey.summary())
        if page:
            say(f"page: {page}")
    return 1 if survey.count("FAILED") or survey.count("undecided") else 0


def _run(args: argparse.Namespace) -> int:
    from tinygrad_edu.torch._report import report
    from tinygrad_edu.torch._script import run_script

    return report(args.script) if args.report else run_script(args.script, args.args)


def _doctor(args: argparse.Namespace, say: Say) -> None:
    found = doctor.examine(args.data_dir)
    say(json.dumps(found) if args.json else doctor.report(found))


def _shows(args: argparse.Namespace) -> bool:
    return not (args.quiet or args.json)


def _speaker(args: argparse.Namespace, say: Say) -> Say:
    return say if _shows(args) else lambda text: None


def _print_result(
    args: argparse.Namespace, say: Say, result: run.Result, files: dict[str, str]
) -> None:
    if args.json:
        answer: dict[str, Any] = {**result.to_json(), "files": files}
        say(json.dumps(answer))
        return
    if not args.quiet:
        say(f"\n{result.report}\n")
    say(f"{result.verdict()}, {result.seconds:.1f} s")
    if files and not args.quiet:
        width = max(map(len, files)) + 1
        say("\n" + "\n".join(f"{title + ':':<{width}} {file}" for title, file in files.items()))


__all__ = ["main"]
