"""The command line: what each verb prints and leaves behind, and how it fails."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu
from tinygrad_edu import nn
from tinygrad_edu.cli import doctor, main
from tinygrad_edu.cli.demo import RECIPE
from tinygrad_edu.cli.recipe import Recipe
from tinygrad_edu.data import CIFAR10
from tinygrad_edu.train import read_model
from tinygrad_edu.viz import GraphPicture

QUICK = ["train", "--model", "8", "--epochs", "1", "--batch-size", "200"]


@pytest.fixture(autouse=True)
def _empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    if "demo" not in request.node.name:  # pictures take longer than these trainings
        monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
        monkeypatch.setattr(GraphPicture, "save", lambda picture, path: path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("TINYGRAD_EDU_DATA", raising=False)


Capture = pytest.CaptureFixture[str]


def _run(capsys: Capture, *words: str) -> tuple[int, str, str]:
    status = main(list(words))
    out, err = capsys.readouterr()
    return status, out, err


def _result(capsys: Capture, *words: str) -> Any:
    """The JSON answer of a command that must succeed."""
    status, out, err = _run(capsys, *words, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


# ---- demo


def test_demo_trains_and_draws(capsys: Capture) -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("graphviz")
    status, out, _err = _run(capsys, "demo")
    assert status == 0
    saved = json.loads(Path("runs/demo/result.json").read_text(encoding="utf-8"))
    assert saved["test"]["accuracy"] >= 0.96
    assert saved["seconds"] < 10
    lines = out.splitlines()
    assert lines[0] == "UCI digits: 1,442 images to train, 355 to test"
    assert lines[1] == "model: 64-128-64-10, relu (17,226 weights)"
    assert sum(line.startswith("epoch ") for line in lines) == RECIPE.epochs
    right = np.trace(saved["confusion_matrix"])
    assert f"test accuracy {100 * right / 355:.2f} % ({right} of 355)" in out
    table = lines.index("class        precision  recall      F1  support")
    assert [line.split()[0] for line in lines[table + 1 : table + 11]] == list("0123456789")
    for title, name in {"training curve": "curve.png", "confusion matrix": "confusion.png"}.items():
        assert any(line.startswith(f"{title}:") and line.endswith(name) for line in lines)
        assert Path("runs/demo", name).read_bytes().startswith(b"\x89PNG")
    (graph,) = (line.split()[-1] for line in lines if line.startswith("graph:"))
    assert Path(graph).stat().st_size > 1000
    # Once more, over the first: the same seed gives the same numbers.
    again = json.loads(_run(capsys, "demo", "--json")[1])
    assert again["confusion_matrix"] == saved["confusion_matrix"]


def test_demo_with_numpy_alone(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("matplotlib", "matplotlib.figure", "graphviz", "pygraphviz", "tqdm", "pooch"):
        monkeypatch.setitem(sys.modules, module, None)
    status, out, err = _run(capsys, "demo")
    assert status == 0
    assert "test accuracy 9" in out
    assert "training curve:   not drawn: plotting needs matplotlib" in out
    assert 'pip install "tinygrad_edu[viz]"' in out
    assert "graph:            runs/demo/graph.txt" in out
    assert "warning: graph.svg was not drawn" in err
    assert "graph.txt" in os.listdir("runs/demo")


# ---- train and eval


def test_train_and_eval(capsys: Capture) -> None:
    status, out, err = _run(capsys, *QUICK)
    assert (status, err) == (0, "")
    assert out.startswith("UCI digits: 1,442 images to train, 355 to test\nmodel: 64-8-10, relu (")
    assert "epoch 1/1  loss" in out
    files = os.listdir("runs/digits")
    assert {"model.npz", "result.json", "history.csv"} <= set(files)
    result = json.loads(Path("runs/digits/result.json").read_text(encoding="utf-8"))
    assert result["recipe"]["model"] == [8]
    assert len(result["history"]) == 1

    evaluated = _result(capsys, "eval", "runs/digits")
    assert evaluated["test"] == result["test"]
    assert evaluated["confusion_matrix"] == result["confusion_matrix"]
    assert _result(capsys, "eval", "runs/digits/model.npz")["test"] == result["test"]

    status, out, _ = _run(capsys, "eval", "runs/digits")
    assert out.startswith("model: 64-8-10, relu, trained on digits\n")
    assert "all classes" in out
    status, out, _ = _run(capsys, "eval", "runs/digits", "--quiet")
    assert out.startswith("test accuracy ")
    assert len(out.splitlines()) == 1


def test_a_run_is_never_written_over(capsys: Capture) -> None:
    for folder in ("runs/digits", "runs/digits-2", "runs/digits-3"):
        files = _result(capsys, *QUICK)["files"]
        assert Path(files["model"]) == Path(folder, "model.npz")
    assert _run(capsys, *QUICK, "--out", "mine", "--quiet")[0] == 0
    before = Path("mine/model.npz").read_bytes()
    status, out, err = _run(capsys, *QUICK, "--out", "mine")
    assert (status, out) == (2, "")
    assert (
        err
        == "error: mine holds a run already\nhint: choose another --out, or delete that folder\n"
    )
    assert Path("mine/model.npz").read_bytes() == before


def test_the_seed_decides(capsys: Capture) -> None:
    first, again, other = (
        _result(capsys, *QUICK, "--dropout", "0.2", "--seed", seed)["history"][0]["loss"]
        for seed in ("1", "1", "2")
    )
    assert first == again != other


@pytest.mark.parametrize(
    "options",
    [
        ["--model", "linear"],
        ["--model", ""],
        ["--model", "9,7", "--activation", "tanh", "--dropout", "0.1", "--batchnorm"],
        ["--activation", "sigmoid", "--optim", "sgd", "--lr", "0.5", "--momentum", "0.5"],
        ["--activation", "leaky_relu", "--optim", "adamw", "--weight-decay", "0.01"],
        ["--scheduler", "step", "--optim", "sgd"],
        ["--scheduler", "cosine", "--loss", "mse"],
        ["--batchnorm", "--batch-size", "131"],  # leaves a last batch of a single example
    ],
)
def test_options(capsys: Capture, options: list[str]) -> None:
    result = _result(
        capsys, "train", "--model", "8", "--epochs", "3", "--batch-size", "50", *options
    )
    assert result["test"]["accuracy"] > 0.3
    assert result["history"][-1]["loss"] < result["history"][0]["loss"]
    assert _result(capsys, "eval", "runs/digits")["test"] == result["test"]


def test_the_model_of_a_recipe() -> None:
    recipe = Recipe(model=(9, 7), activation="tanh", dropout=0.25, batchnorm=True)
    kinds = [nn.Flatten]
    for _ in range(2):
        kinds += [nn.Linear, nn.BatchNorm1d, nn.Tanh, nn.Dropout]
    assert [type(layer) for layer in recipe.build_model()] == [*kinds, nn.Linear]
    assert recipe.build_model()[4].p == 0.25
    assert recipe.describe() == "64-9-7-10, tanh, batch normalization, dropout 0.25"
    assert [type(layer) for layer in Recipe(model=()).build_model()] == [nn.Flatten, nn.Linear]
    assert Recipe(model=()).describe() == "64-10, softmax regression"
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe


def test_the_optimizer_of_a_recipe() -> None:
    model = nn.Linear(2, 1)
    sgd = Recipe(optim="sgd", weight_decay=0.1).build_optimizer(model).param_groups[0]
    assert (sgd["lr"], sgd["momentum"], sgd["weight_decay"]) == (0.1, 0.9, 0.1)
    sgd = Recipe(optim="sgd", lr=0.5, momentum=0.0).build_optimizer(model).param_groups[0]
    assert (sgd["lr"], sgd["momentum"]) == (0.5, 0.0)
    adam = Recipe(optim="adam").build_optimizer(model)
    assert (type(adam).__name__, adam.param_groups[0]["lr"]) == ("Adam", 1e-3)
    assert type(Recipe(optim="adamw").build_optimizer(model)).__name__ == "AdamW"


def test_the_schedule_of_a_recipe_spans_the_run() -> None:
    def rates(scheduler: str, steps: int) -> list[float]:
        recipe = Recipe(optim="sgd", lr=1.0, scheduler=scheduler)
        optimizer = recipe.build_optimizer(nn.Linear(2, 1))
        schedule = recipe.build_scheduler(optimizer, steps)
        assert schedule is not None
        return [schedule.lr_at(1.0, t) for t in range(steps)]

    assert rates("step", 7) == pytest.approx([1, 1, 1, 0.1, 0.1, 0.1, 0.01])
    cosine = rates("cosine", 100)
    assert cosine[0] == 1.0
    assert cosine[50] == pytest.approx(0.5)
    assert 0 < cosine[-1] < 0.001
    assert Recipe().build_scheduler(Recipe().build_optimizer(nn.Linear(2, 1)), 5) is None


def _write_cifar(folder: Path) -> None:
    """CIFAR-10's files, with far fewer images than there are."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True)
    for name in [*(f"data_batch_{k}.bin" for k in range(1, 6)), "test_batch.bin"]:
        labels = np.arange(10, dtype=np.uint8)[:, None]
        pixels = rng.integers(0, 256, (10, 3072), dtype=np.uint8)
        (folder / name).write_bytes(np.hstack([labels, pixels]).tobytes())


HOSTILE_RECIPES = [
    ("data", "x", "data must be one of 'digits', .*received 'x'"),
    ("data", ["digits"], "data must be one of .*received \\['digits'\\]"),
    ("activation", "x", "activation must be one of 'relu', .*received 'x'"),
    ("optim", 1, "optim must be one of 'sgd', 'adam', 'adamw', received 1"),
    ("scheduler", "linear", "scheduler must be one of 'none', 'step', 'cosine', received 'linear'"),
    ("loss", "../../etc/passwd", "loss must be one of 'cross_entropy', 'mse', received"),
    ("epochs", 0, "epochs must be an integer >= 1, received 0"),
    ("epochs", 1.5, "epochs must be an integer >= 1, received 1.5"),
    ("batch_size", "64", "batch_size must be an integer >= 1, received '64'"),
    ("seed", -1, "seed must be an integer >= 0, received -1"),
    ("seed", None, "seed must be an integer >= 0, received None"),
    ("batchnorm", 1, "batchnorm must be True or False, received 1"),
    ("dropout", 1, "dropout must be in \\[0, 1\\), received 1"),
    ("dropout", None, "dropout must be a number in \\[0, 1\\), received None"),
    ("lr", 0, "lr must be in \\(0, inf\\), received 0"),
    ("lr", float("inf"), "lr must be in \\(0, inf\\), received inf"),
    ("momentum", 0.5, "--momentum belongs to --optim sgd, and adam has none"),
    ("weight_decay", float("nan"), "weight_decay must be in \\[0, inf\\), received nan"),
    ("model", 8, "model must be a list of sizes, received 8"),
    ("model", "8", "model must be a list of sizes, received '8'"),
    ("model", [0], "model\\[0\\] must be an integer >= 1, received 0"),
    ("model", [8, 2.5], "model\\[1\\] must be an integer >= 1, received 2.5"),
    ("model", [True], "model\\[0\\] must be an integer >= 1, received True"),
]


@pytest.mark.parametrize(("key", "value", "message"), HOSTILE_RECIPES)
def test_a_recipe_is_checked_as_a_whole(
    capsys: Capture, key: str, value: Any, message: str
) -> None:
    from tinygrad_edu.train import save_model

    recipe = Recipe(model=(8,))
    save_model("model.npz", recipe.build_model(), recipe.to_json() | {key: value})
    status, out, err = _run(capsys, "eval", "model.npz")
    assert (status, out) == (1, "")
    assert re.match(f"error: the saved recipe is damaged: (recipe: )?{message}", err)


def test_keys_of_a_recipe_are_known() -> None:
    saved = Recipe().to_json()
    with pytest.raises(
        ValueError, match=r"does not fit .* seed, x; a recipe holds data, model, .*see"
    ):
        Recipe.from_json({**saved, "x": 1})
    del saved["seed"]
    with pytest.raises(
        ValueError, match=r"does not fit .* loss; a recipe holds data, model, .*seed$"
    ):
        Recipe.from_json(saved)


@pytest.mark.parametrize("model", [[1_000_000_000], [10**400], 10_000 * [1]])
def test_no_model_is_built_that_is_larger_than_its_file(capsys: Capture, model: list[int]) -> None:
    from tinygrad_edu.train import save_model

    save_model("model.npz", Recipe(model=(8,)).build_model(), Recipe().to_json() | {"model": model})
    status, _out, err = _run(capsys, "eval", "model.npz")
    assert status == 1
    assert err.startswith(f"error: the saved recipe is of {len(model) + 1} layers with ")
    assert "and the file holds 4 arrays of 610 numbers" in err


def test_layers_are_counted_before_they_are_built(capsys: Capture) -> None:
    """Numbers enough, in two arrays: ten thousand layers of one unit are not built from them."""
    from tinygrad_edu.train import save_model

    recipe = Recipe().to_json() | {"model": 10_000 * [1]}
    save_model("model.npz", nn.Linear(300, 300), recipe)
    status, _out, err = _run(capsys, "eval", "model.npz")
    assert status == 1
    assert "of 10001 layers with 20083 weights, and the file holds 2 arrays of 90300 numb" in err


# ---- the folder of a run


def _contents(folder: str) -> dict[str, bytes]:
    return {name: Path(folder, name).read_bytes() for name in os.listdir(folder)}


@pytest.mark.parametrize("verb", ["train", "demo"])
@pytest.mark.parametrize("name", ["result.json", "history.csv", "curve.png", "graph.txt"])
def test_foreign_files_are_not_written_over(capsys: Capture, verb: str, name: str) -> None:
    Path("mine").mkdir()
    Path("mine", name).write_text("my own")
    words = QUICK if verb == "train" else ["demo"]
    status, out, err = _run(capsys, *words, "--out", "mine")
    assert (status, out) == (2, "")
    assert err.splitlines() == [
        f"error: mine holds {name}, which would be written over",
        "hint: choose another --out, or delete what is there",
    ]
    assert _contents("mine") == {name: b"my own"}


def test_a_link_is_not_followed(capsys: Capture) -> None:
    Path("mine").mkdir()
    Path("mine/result.json").symlink_to("../elsewhere")
    assert _run(capsys, *QUICK, "--out", "mine")[0] == 2
    assert not Path("elsewhere").exists()


def test_a_demo_is_not_written_over_another_run(capsys: Capture) -> None:
    assert _run(capsys, *QUICK, "--out", "mine", "--quiet")[0] == 0
    before = _contents("mine")
    status, _out, err = _run(capsys, "demo", "--out", "mine")
    assert (status, err.splitlines()[0]) == (2, "error: mine holds a run already")
    assert _contents("mine") == before


def test_a_folder_belongs_to_one_run(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = []

    def train(*args: Any) -> Any:
        inner.append(_run(capsys, *QUICK, "--out", "mine"))
        inner.append(_run(capsys, "demo", "--out", "mine"))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tinygrad_edu.cli.run.train", train)
        assert _run(capsys, *QUICK, "--out", "mine")[0] == 130
    for status, out, err in inner:
        assert (status, out) == (2, "")
        assert err.splitlines() == [
            "error: mine belongs to a run that is going on",
            f"hint: choose another --out; if no run is going on, delete {Path('mine/.unfinished')}",
        ]
    assert os.listdir("mine") == []
    # Without --out, the next folder is taken.
    Path("runs/digits/.unfinished").mkdir(parents=True)
    assert _result(capsys, *QUICK)["files"]["model"] == str(Path("runs/digits-2/model.npz"))


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the folder stays reserved")
def test_a_run_that_was_killed_gives_its_folder_back(capsys: Capture) -> None:
    import platform

    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    work = Path("mine/.unfinished")
    for text, status in {
        f"{dead.pid} elsewhere": 2,
        f"{os.getppid()} {platform.node()}": 2,
        "nonsense": 2,
        f"{dead.pid} {platform.node()}": 0,
    }.items():
        work.mkdir(parents=True, exist_ok=True)
        (work / "process").write_text(text)
        (work / "curve.png").write_text("half")
        assert _run(capsys, *QUICK, "--out", "mine", "--quiet")[0] == status
    assert not work.exists()
    assert "curve.png" not in os.listdir("mine")


def test_a_full_disk_leaves_no_folder_reserved(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **options: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        status, _out, err = _run(capsys, *QUICK, "--out", "mine")
    assert (status, err.splitlines()[0]) == (1, "error: [Errno 28] No space left on device")
    assert os.listdir("mine") == []


def test_folders_that_cannot_be_made(capsys: Capture) -> None:
    Path("file").touch()
    for out, message in {
        "file": "file is a file, not a folder",
        "file/below": f"the folder {Path('file/below')} cannot be made: Not a directory",
        "x" * 300: f"the folder {'x' * 300} cannot be made: File name too long",
    }.items():
        for words in (QUICK, ["demo"]):
            status, _out, err = _run(capsys, *words, "--out", out)
            assert (status, err) == (2, f"error: {message}\nhint: choose another --out\n")


def test_a_failure_while_saving_leaves_the_earlier_run(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo goes over an earlier one, and the disk is full when the model is written."""
    assert _run(capsys, "demo", "--quiet")[0] == 0
    before = _contents("runs/demo")

    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tinygrad_edu.cli.run.save_model", full)
    status, _out, err = _run(capsys, "demo", "--quiet")
    assert status == 1
    assert "No space left on device" in err
    assert _contents("runs/demo") == before


def test_a_folder_with_a_model_is_complete(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended while the files take their places, a run leaves no new result beside an old model."""
    assert _run(capsys, "demo", "--quiet")[0] == 0
    replace, done = os.replace, []

    def killed(source: Path, target: Path) -> None:
        if Path(target).parent.name == "demo":  # not what is written under other names before
            if done:
                raise KeyboardInterrupt
            done.append(target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", killed)
    assert _run(capsys, "demo", "--quiet")[0] == 130
    assert "model.npz" not in os.listdir("runs/demo")


# ---- data and doctor


def test_data_list(capsys: Capture) -> None:
    status, out, _ = _run(capsys, "data", "list")
    assert status == 0
    rows = {line.split()[0]: line for line in out.splitlines()}
    assert list(rows) == ["name", *tinygrad_edu.data.available()]
    assert rows["digits"].endswith("in the package")
    assert "60,000  10,000  1 × 28 × 28       10  not here; fetch gets 11.6 MB" in rows["mnist"]
    facts = {fact["name"]: fact for fact in _result(capsys, "data", "list")}
    assert facts["cifar100"]["classes"] == 100
    assert facts["digits"]["here"]
    assert not facts["mnist"]["here"]


def _write_idx(path: Path, array: Any) -> None:
    header = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(
        f">{array.ndim}I", *array.shape
    )
    path.write_bytes(header + array.astype(np.uint8).tobytes())


def _write_mnist(folder: Path) -> None:
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for part, count in (("train", 40), ("t10k", 20)):
        _write_idx(folder / f"{part}-images-idx3-ubyte", rng.integers(0, 256, (count, 28, 28)))
        _write_idx(folder / f"{part}-labels-idx1-ubyte", np.arange(count) % 10)


def test_data_here(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write_mnist(tmp_path / "sets/mnist")
    _status, out, _ = _run(capsys, "data", "list", "--data-dir", "sets")
    assert any(
        line.split()[0] == "mnist" and line.endswith("sets/mnist") for line in out.splitlines()
    )
    monkeypatch.setenv("TINYGRAD_EDU_DATA", str(tmp_path / "sets"))
    assert _run(capsys, "data", "path", "mnist")[1] == f"{tmp_path / 'sets/mnist'}\n"
    assert _run(capsys, "data", "fetch", "mnist")[1] == f"{tmp_path / 'sets/mnist'}\n"
    assert _result(capsys, "data", "path", "mnist", "digits")["mnist"] == str(
        tmp_path / "sets/mnist"
    )
    status, out, err = _run(capsys, *QUICK, "--data", "mnist")
    assert status == 0
    assert out.startswith("MNIST: 40 images to train, 20 to test\n")
    # These are not MNIST's files, and that is said on one line without file and line number.
    assert err.splitlines()[0].startswith("warning: MNIST: the SHA-256 of train-images-idx3-ubyte")
    assert len(err.splitlines()) == 1


def test_doctor(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    found = _result(capsys, "doctor")
    assert found["numpy"] == np.__version__
    assert found["tinygrad_edu"] == tinygrad_edu.__version__
    assert found["threads"]["OPENBLAS_NUM_THREADS"] == "3"
    assert found["cores"] >= 1
    assert found["data"]["digits"] is True
    status, out, _ = _run(capsys, "doctor")
    assert status == 0
    assert f"NumPy         {np.__version__} with " in out
    assert "OPENBLAS_NUM_THREADS=3" in out
    assert "  mnist       missing: tinygrad-edu data fetch mnist" in out


def test_doctor_says_how_to_get_what_is_missing(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "_version", lambda package: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    _status, out, _ = _run(capsys, "doctor")
    for package, extra in {"graphviz": "viz", "pooch": "data", "safetensors": "io"}.items():
        (line,) = (line for line in out.splitlines() if line.startswith(f"  {package} "))
        assert line.endswith(f'pip install "tinygrad_edu[{extra}]"')
    assert "dot         missing   the program that lays out graphs: apt, brew or winget" in out


@pytest.mark.parametrize("script", ["exit 3", "echo 'dot - graphviz version 9.8.7 (0)' >&2"])
def test_doctor_asks_dot(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "dot"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.examine()["dot"] == ("9.8.7" if "9.8.7" in script else None)
    program.write_text("no program at all")
    assert doctor.examine()["dot"] is None


# ---- bad input


BAD_USE = [
    ([], "the following arguments are required: VERB"),
    (
        ["trian"],
        "argument VERB: there is no 'trian' (did you mean train?); choose from demo, train",
    ),
    (["data"], "the following arguments are required: TASK"),
    (["data", "fetsh"], "argument TASK: there is no 'fetsh' (did you mean fetch?)"),
    (["data", "path", "mnits"], "argument NAME: there is no 'mnits' (did you mean mnist?)"),
    (
        ["data", "fetch", "x"],
        "there is no 'x'; choose from " + ", ".join(tinygrad_edu.data.available()),
    ),
    (["train", "--data", "minst"], "argument --data: there is no 'minst' (did you mean mnist?)"),
    (
        ["train", "--optim", "adan"],
        "--optim: there is no 'adan' (did you mean adam?); choose from sgd",
    ),
    (["train", "--activation", "rleu"], "there is no 'rleu' (did you mean relu?)"),
    (["train", "--scheduler", "linear"], "there is no 'linear'; choose from none, step, cosine"),
    (["train", "--loss", "ce"], "there is no 'ce'; choose from cross_entropy, mse"),
    (
        ["train", "--model", "300,x"],
        "--model: must be sizes of hidden layers, as 300,100, or linear",
    ),
    (["train", "--model", "300,0"], "received '300,0'"),
    (["train", "--lr", "0"], "argument --lr: must be a number > 0, received '0'"),
    (["train", "--lr", "nan"], "argument --lr: must be a number > 0, received 'nan'"),
    (["train", "--lr", "fast"], "argument --lr: must be a number > 0, received 'fast'"),
    (["train", "--lr", "inf"], "argument --lr: must be a number > 0, received 'inf'"),
    (["train", "--dropout", "1"], "--dropout: must be a number >= 0 and < 1, received '1'"),
    (["train", "--momentum", "-1"], "--momentum: must be a number >= 0 and < 1, received '-1'"),
    (["train", "--epochs", "0"], "argument --epochs: must be a whole number >= 1, received '0'"),
    (["train", "--epochs", "1.5"], "must be a whole number >= 1, received '1.5'"),
    (["train", "--batch-size", "-3"], "--batch-size: must be a whole number >= 1, received '-3'"),
    (["train", "--seed", "-1"], "argument --seed: must be a whole number >= 0, received '-1'"),
    (["train", "--momentum", "0.5"], "--momentum belongs to --optim sgd, and adam has none"),
    (["train", "--fast"], "unrecognized arguments: --fast"),
    (["eval"], "the following arguments are required: DIR"),
    (["eval", "nowhere"], "there is no nowhere"),
]


@pytest.mark.parametrize(("words", "message"), BAD_USE, ids=lambda value: " ".join(value)[:40])
def test_bad_use_is_one_line_and_a_hint(capsys: Capture, words: list[str], message: str) -> None:
    status, out, err = _run(capsys, *words)
    assert (status, out) == (2, "")
    error, hint = err.splitlines()
    assert error.startswith("error: ")
    assert message in error
    assert hint.startswith("hint: ")
    assert not os.path.exists("runs")


def test_help_and_version(capsys: Capture) -> None:
    status, out, _ = _run(capsys, "--help")
    assert status == 0
    for verb in ("demo", "train", "eval", "data", "gradcheck", "doctor"):
        assert f"  {verb} " in out
    assert _run(capsys, "--version") == (0, f"{tinygrad_edu.__version__}\n", "")
    assert "--weight-decay" in _run(capsys, "train", "--help")[1]


def test_missing_data_say_where_they_were_sought(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a network: every mirror refuses."""
    pytest.importorskip("pooch")

    def offline(*args: object, **options: object) -> None:
        raise ConnectionError("no network in this test")

    monkeypatch.setattr("pooch.retrieve", offline)
    monkeypatch.setattr("pooch.HTTPDownloader.__call__", offline)
    status, _out, err = _run(capsys, *QUICK, "--data", "mnist", "--data-dir", "empty", "--quiet")
    assert status == 1
    error, _hint = err.splitlines()[-2:]  # above them, the sizes of what would be fetched
    for part in ("train-images-idx3-ubyte", "http", "empty", "SHA-256", "load_digits()"):
        assert part in error


def test_damaged_data_name_the_file(capsys: Capture, tmp_path: Path) -> None:
    _write_mnist(tmp_path / "sets/mnist")
    images = tmp_path / "sets/mnist/train-images-idx3-ubyte"
    images.write_bytes(images.read_bytes()[:-1])
    status, _out, err = _run(capsys, *QUICK, "--data", "mnist", "--data-dir", "sets")
    assert status == 1
    assert "train-images-idx3-ubyte" in err.splitlines()[0]


def test_a_damaged_model(capsys: Capture) -> None:
    Path("model.npz").write_bytes(b"nothing")
    status, _out, err = _run(capsys, "eval", ".")
    assert status == 1
    assert err.splitlines() == [
        err.splitlines()[0],
        "hint: --debug shows where it happened",
    ]
    assert "model.npz is damaged or was not written by save_model" in err


def test_a_model_of_another_version(capsys: Capture) -> None:
    from tinygrad_edu.train import save_model

    save_model("model.npz", nn.Linear(2, 1), {"sizes": [2, 1]})
    status, _out, err = _run(capsys, "eval", ".")
    assert status == 1
    assert "the saved recipe does not fit this version: it holds sizes" in err
    recipe = Recipe(model=(5,)).to_json()
    save_model("model.npz", nn.Sequential(nn.Linear(100, 5), nn.Linear(5, 1)), recipe)
    assert read_model("model.npz").config == recipe
    status, _out, err = _run(capsys, "eval", ".")
    assert status == 1
    error, _hint = err.splitlines()  # all problems of the weights, on one line
    assert "1.weight" in error


def test_divergence(capsys: Capture) -> None:
    status, _out, err = _run(capsys, *QUICK, "--optim", "sgd", "--lr", "1e30", "--quiet")
    assert status == 1
    assert err.startswith("error: the loss is ")
    assert "in step 2 (epoch 1, batch 2)" in err


def test_debug_shows_the_traceback(capsys: Capture) -> None:
    Path("model.npz").write_bytes(b"nothing")
    status, _out, err = _run(capsys, "eval", ".", "--debug")
    assert status == 1
    assert "Traceback (most recent call last)" in err
    assert "in read_model" in err
    assert _run(capsys, "eval", "nowhere", "--debug")[0] == 2


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (KeyError("x"), 1, "error: KeyError: 'x'"),
        (RuntimeError(""), 1, "error: RuntimeError: RuntimeError"),
        (ValueError("two\n  lines"), 1, "error: two lines"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_any_exception_is_one_line(
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    status: int,
    message: str,
) -> None:
    def fail(data_dir: object) -> None:
        raise error

    monkeypatch.setattr(doctor, "examine", fail)
    got, out, err = _run(capsys, "doctor")
    assert (got, out) == (status, "")
    assert err.splitlines()[0] == message


def test_notes_of_an_error_are_shown(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(data_dir: object) -> None:
        error = ValueError("linear((5, 3), (2, 4)): no")
        error.add_note("in Sequential.2 Linear(4, 2)")
        raise error

    monkeypatch.setattr(doctor, "examine", fail)
    assert _run(capsys, "doctor")[2].startswith(
        "error: linear((5, 3), (2, 4)): no (in Sequential.2 Linear(4, 2))\n"
    )


# ---- as a program


def _program(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tinygrad_edu", *words], capture_output=True, text=True, **options
    )


def test_as_a_program() -> None:
    ran = _program("data", "path", "mnist", "--data-dir", "/data")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "/data/mnist\n", "")
    ran = _program("bla")
    assert ran.returncode == 2
    assert ran.stderr.startswith("error: argument VERB: there is no 'bla'")


def test_a_closed_pipe_is_no_error() -> None:
    ran = subprocess.run(
        f"{sys.executable} -m tinygrad_edu data list | true",
        shell=True,  # a pipe whose reader has gone is what is tested
        capture_output=True,
        text=True,
    )
    assert ran.stderr == ""


TRAINED = ["-m", "tinygrad_edu", *QUICK, "--out", "mine"]
DOCTOR = ["-m", "tinygrad_edu", "doctor"]
posix = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no such device")


def _shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell; `train` and `doctor` stand for the commands."""
    line = line.replace("train", f"{sys.executable} {' '.join(TRAINED)}")
    line = line.replace("doctor", f"{sys.executable} {' '.join(DOCTOR)}")
    return subprocess.run(
        ["sh", "-c", line],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


@posix
@pytest.mark.parametrize(
    ("line", "environment", "status", "message"),
    [
        ("train", {"PYTHONIOENCODING": "ascii"}, 0, ""),
        ("train", {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "COLUMNS": "1"}, 0, ""),
        ("train >&-", {}, 1, "error: the output could not be written: it is closed"),
        ("train > /dev/full", {}, 1, "error: the output could not be written: No space left on d"),
        ("train 2>&-", {}, 0, ""),
        ("train >&- 2>&-", {}, 1, ""),
        ("train > /dev/full 2> /dev/full", {}, 1, ""),
        ("{ train; echo $? >&2; } | head -1", {}, 0, "1"),
        ("{ train --quiet; echo $? >&2; } | true", {}, 0, "1"),
    ],
)
def test_what_cannot_be_printed_costs_no_result(
    line: str, environment: dict[str, str], status: int, message: str
) -> None:
    ran = _shell(line, **environment)
    assert ran.stderr.startswith(message)
    assert len(ran.stderr.splitlines()) <= 1
    assert ran.returncode == status
    assert "model.npz" in os.listdir("mine")


@posix
@pytest.mark.parametrize(
    ("line", "status", "message"),
    [
        ("doctor >&-", 1, "error: the output could not be written: it is closed"),
        ("doctor > /dev/full", 1, "error: the output could not be written: No space left on dev"),
        ("doctor --help > /dev/full", 1, "error: the output could not be written: No space left"),
        ("{ doctor; echo $? >&2; } | true", 0, "1"),
    ],
)
def test_what_only_prints_says_that_it_could_not(line: str, status: int, message: str) -> None:
    ran = _shell(line)
    assert (ran.returncode, ran.stderr[: len(message)]) == (status, message)


def test_characters_that_a_stream_lacks_are_written_otherwise(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="ascii"))
    assert main(["data", "list"]) == 0
    assert main(["data", "path", "mnist", "--data-dir", "größe\x1b[31m"]) == 0
    assert main(["gradcheck", "tanh", "--help"]) == 0
    text = buffer.getvalue().decode("ascii")
    assert "1 x 28 x 28" in text
    assert "gr\\xf6\\xdfe\\x1b[31m/mnist" in text


def test_help_says_that_a_file_is_run(capsys: Capture) -> None:
    text = " ".join(_run(capsys, "gradcheck", "--help")[1].split())
    assert "as my_operations.py, which is run: give none that you do not trust" in text


def test_the_console_script_is_this() -> None:
    from importlib.metadata import entry_points

    (script,) = entry_points(group="console_scripts", name="tinygrad-edu")
    assert script.load() is main


def test_cifar_has_the_class_names(capsys: Capture, tmp_path: Path) -> None:
    _write_cifar(tmp_path / "sets/cifar-10-batches-bin")
    status, out, _err = _run(capsys, *QUICK, "--data", "cifar10", "--data-dir", "sets")
    assert status == 0
    assert "CIFAR-10: 50 images to train, 10 to test" in out
    assert all(name in out for name in CIFAR10.classes)


def test_the_page_names_every_verb_and_option(capsys: Capture) -> None:
    page = (Path(__file__).parents[1] / "docs/command_line.md").read_text(encoding="utf-8")
    for verb in ("demo", "train", "eval", "data", "gradcheck", "doctor"):
        assert f"| `{verb}" in page
    options = set(re.findall(r"--[a-z-]+", _run(capsys, "train", "--help")[1])) - {"--help"}
    assert len(options) == 19
    for option in options:
        assert f"`{option}`" in page
