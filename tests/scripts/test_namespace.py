"""The namespace torch, and the command that runs a script with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import tinygrad_edu.torch.nn.functional as F
from tinygrad_edu.torch.optim.lr_scheduler import StepLR
from tinygrad_edu.torch.utils.data import DataLoader

import tinygrad_edu as tg
import tinygrad_edu.torch as torch
from scripts import make_coming_from_pytorch as maker
from tinygrad_edu.cli import main
from tinygrad_edu.torch._report import needs
from tinygrad_edu.torch._script import run_script
from tinygrad_edu.torch._source import read_source
from tinygrad_edu.torch._table import REFUSED, SPACES

Capture = pytest.CaptureFixture[str]


def write(folder: Path, text: str, name: str = "script.py") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


# ---- the namespace


def test_names_are_the_packages_own() -> None:
    assert torch.nn.Linear is tg.nn.Linear
    assert torch.nn.functional is F
    assert F.relu is tg.nn.functional.relu
    assert DataLoader is tg.data.DataLoader
    assert StepLR is torch.optim.lr_scheduler.StepLR is tg.optim.lr_scheduler.StepLR
    assert torch.utils.data.sampler.Dataset is tg.data.Dataset
    assert torch.Tensor is tg.Tensor
    assert {"Linear", "functional", "DataParallel"} <= set(dir(torch.nn))


@pytest.mark.parametrize("path", SPACES)
def test_every_namespace_is_a_module_that_says_what_it_lacks(path: str) -> None:
    space = torch
    for part in path.split(".") if path else []:
        space = getattr(space, part)
    with pytest.raises(AttributeError, match=r"no_such_name is not here: \w+"):
        _ = space.no_such_name
    assert isinstance(dir(space), list)


@pytest.mark.parametrize("path", REFUSED)
def test_every_refusal_is_a_sentence(path: str) -> None:
    assert 10 < len(REFUSED[path]) < 120
    assert not REFUSED[path].endswith(".")


def test_a_missing_name_is_an_import_error_where_it_is_imported() -> None:
    with pytest.raises(ImportError, match=r"torch\.nn\.NoSuchLayer is not here"):
        from tinygrad_edu.torch.nn import NoSuchLayer  # noqa: F401 (it raises)
    with pytest.raises(ImportError, match=r"torch\.onnx\.export is not here: .*PyTorch"):
        from tinygrad_edu.torch.onnx import export  # noqa: F401 (it raises)


def test_questions_about_accelerators_are_answered_no() -> None:
    for space in (torch.cuda, torch.mps, torch.xpu, torch.accelerator, torch.backends.cudnn):
        assert space.is_available() is False
    assert torch.cuda.device_count() == 0
    assert torch.accelerator.current_accelerator() is None
    assert not isinstance(torch.ones(2), torch.cuda.FloatTensor)
    with pytest.raises(ValueError, match="there is no GPU here"):
        torch.cuda.FloatTensor([1.0])
    torch.backends.cudnn.benchmark = True
    torch.cuda.manual_seed_all(0)


def test_typed_constructors() -> None:
    assert torch.LongTensor(2, 3).shape == (2, 3)
    assert torch.FloatTensor([1, 2]).dtype == torch.float32
    assert torch.DoubleTensor(torch.ones(2)).dtype == torch.float64
    assert torch.FloatTensor(torch.ones(2, 3).size()).shape == (2, 3)
    assert isinstance(torch.ones(2), torch.FloatTensor)
    assert not isinstance(torch.ones(2), torch.DoubleTensor)
    with pytest.raises(TypeError, match="takes one list or array"):
        torch.FloatTensor([1], [2])


def test_softmax_without_an_axis_warns() -> None:
    with pytest.warns(UserWarning, match="the axis is 1"):
        assert F.softmax(torch.zeros(2, 4)).value[0, 0] == 0.25
    with pytest.warns(UserWarning, match="the axis is 0"):
        torch.nn.LogSoftmax()(torch.zeros(4))


def test_mixed_precision_is_off() -> None:
    with torch.autocast("cuda", dtype=torch.float16):
        assert (torch.ones(2) * 2).dtype == torch.float32
    with pytest.raises(ValueError, match="no bfloat16"):
        torch.autocast("cpu")
    with torch.autocast("cpu", enabled=False):
        pass
    weight = torch.nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    scaler = torch.amp.GradScaler("cuda")
    scaler.scale(weight.sum()).backward()
    scaler.step(optimizer)
    scaler.update()
    assert weight.item() == 0.0


def test_assert_close() -> None:
    close = torch.testing.assert_close
    close({"a": [torch.ones(2)]}, {"a": [torch.ones(2)]})
    for one, other in (
        (torch.ones(2), torch.ones(3)),
        (torch.ones(2), torch.ones(2).double()),
        (torch.ones(2), torch.ones(2) + 1e-4),
        ([1.0], [1.0, 2.0]),
    ):
        with pytest.raises(AssertionError):
            close(one, other)


# ---- running a script


def test_a_script_sees_what_python_shows_it(tmp_path: Path, capsys: Capture) -> None:
    write(tmp_path, "VALUE = 3\n", "helper.py")
    path = write(
        tmp_path,
        "import sys, torch, torch.nn as nn, helper\n"
        "from torchvision import transforms\n"
        "if __name__ == '__main__':\n"
        "    print(sys.argv[1:], helper.VALUE, nn.Linear(2, 1)(torch.ones(3, 2)).shape[0])\n",
    )
    before = dict(sys.modules)
    assert main(["run", path, "--epochs", "3"]) == 0
    sys.modules.pop("helper")
    assert capsys.readouterr().out == "['--epochs', '3'] 3 3\n"
    assert "torch" not in sys.modules or sys.modules["torch"] is before.get("torch")


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("import sys\nsys.exit(3)", 3, ""),
        ("import sys\nsys.exit('why')", 1, "why"),
        ("1 / 0", 1, "ZeroDivisionError"),
        ("import torch\n\n\ntorch.stft", 1, "script.py:4: torch.stft is not here: "),
        ("from torch.nn import Foo", 1, "script.py:1: torch.nn.Foo is not here: "),
        ("import torch.nn.foo", 1, "script.py:1: torch.nn.foo is not here: "),
        ("raise KeyboardInterrupt", 130, "KeyboardInterrupt"),
        ("x = (", 1, "SyntaxError"),
    ],
)
def test_exit_codes_and_messages(
    text: str, status: int, told: str, tmp_path: Path, capsys: Capture
) -> None:
    assert run_script(write(tmp_path, text)) == status
    err = capsys.readouterr().err
    assert told in err
    assert "importlib" not in err


def test_a_file_that_is_not_there(capsys: Capture) -> None:
    assert main(["run", "no_such_script.py"]) == 2
    assert "cannot be read as a script" in capsys.readouterr().err


def notebook(*cells: str) -> str:
    made = [{"cell_type": "code", "source": cell.splitlines(True)} for cell in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": ["# title"]}, *made]})


def test_a_notebook_runs_without_its_commands(tmp_path: Path, capsys: Capture) -> None:
    path = write(
        tmp_path,
        notebook(
            "%matplotlib inline\n!pip install torch\nimport torch",
            "%%time\nx = 7 % 4\ndisplay(x)",
            "%%bash\nexit 1",
            "if True:\n    %timeit x\n    out = !ls\nprint(torch.ones(1))",
        ),
        "lesson.ipynb",
    )
    assert run_script(path) == 0
    out, err = capsys.readouterr()
    assert out == "3\ntensor([1.])\n"
    assert "left out" in err
    assert "!pip install torch" in err


def test_an_error_in_a_notebook_shows_its_line(tmp_path: Path, capsys: Capture) -> None:
    path = write(tmp_path, notebook("x = 1", "y = x.no_such_attribute"), "lesson.ipynb")
    assert run_script(path) == 1
    assert "y = x.no_such_attribute" in capsys.readouterr().err
    assert "# cell 3" in read_source(Path(path)).text


def test_as_a_module(tmp_path: Path) -> None:
    path = write(tmp_path, "import torch, sys\nprint(torch.zeros(1), sys.argv[1])")
    command = [sys.executable, "-m", "tinygrad_edu.torch", path, "word"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == "tensor([0.]) word\n"
    usage = subprocess.run(command[:3], capture_output=True, text=True, check=False)
    assert usage.returncode == 2
    assert "usage" in usage.stderr


# ---- the report


def test_the_report_follows_aliases() -> None:
    text = (
        "import torch\nimport torch.nn as nn\nfrom torch.nn import functional as F\n"
        "from torch.utils.data import DataLoader, NoSuchLoader\n"
        "from torchvision import datasets\n"
        "class Net(nn.Module):\n    def forward(self, x):\n"
        "        return F.relu(x) + F.no_such(x)\n"
        "def f(F):\n    return F.also_missing\n"
        "nn.Linear(2, 1).weight.no_method()\ntorch.linalg.eig(1)\ndatasets.MNIST('.')\n"
    )
    found = {need.name: need for need in needs(text)}
    missing = {name for name, need in found.items() if need.reason}
    assert missing == {
        "torch.utils.data.NoSuchLoader", "torch.nn.functional.no_such", "torch.linalg.eig",
    }  # fmt: skip
    assert {"torch.nn.Module", "torch.nn.Linear", "torchvision.datasets.MNIST"} <= set(found)
    assert found["torch.nn.functional.no_such"].line == 8
    assert "complex" in found["torch.linalg.eig"].reason


def test_the_report_runs_nothing(tmp_path: Path, capsys: Capture) -> None:
    path = write(tmp_path, "import torch\nprint('it ran', torch.ones(1))\ntorch.stft\n")
    assert main(["run", "--report", path]) == 1
    out = capsys.readouterr().out
    assert "it ran" not in out
    assert f"missing  torch.stft ({path}:3): " in out
    assert out.endswith("3 names of PyTorch, 1 missing\n")
    assert main(["run", "--report", write(tmp_path, "import torch\ntorch.ones(1)\n")]) == 0
    assert main(["run", "--report", "no_such_script.py"]) == 2


def test_the_list_of_what_is_not_here_is_up_to_date() -> None:
    assert maker.page() == maker.PAGE.read_text("utf-8"), f"run {maker.COMMAND}"
