"""The history of a training run: columns, records, the best epoch, curves and CSV."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from tinygrad_edu.train import History


@pytest.fixture
def history() -> History:
    history = History()
    rows = [(0.9, 0.8, 0.7, 0.75), (0.5, 0.9, 0.45, 0.85), (0.3, 0.95, 0.55, 0.8)]
    for epoch, (loss, accuracy, val_loss, val_accuracy) in enumerate(rows, 1):
        history.append(
            {
                "epoch": epoch,
                "loss": loss,
                "accuracy": accuracy,
                "val_loss": val_loss,
                "val_accuracy": val_accuracy,
                "lr": 0.1,
                "seconds": 2.0,
            }
        )
    return history


def test_columns_and_records(history: History) -> None:
    assert history["loss"] == [0.9, 0.5, 0.3]
    assert history[-1]["epoch"] == 3
    assert len(history) == 3
    assert [record["epoch"] for record in history] == [1, 2, 3]
    with pytest.raises(KeyError, match="no 'los'; it has epoch, loss, accuracy, val_loss"):
        history["los"]
    with pytest.raises(KeyError, match="no 'loss'; it has none"):
        History()["loss"]


def test_arguments_of_the_wrong_kind(history: History) -> None:
    with pytest.raises(TypeError, match="History: a record must be a dict, received NoneType"):
        history.append(None)  # type: ignore[arg-type]
    for wrong in (None, 1.5, np.zeros(2), True):
        with pytest.raises(KeyError, match="the history has no "):
            history[wrong]  # type: ignore[index]
        with pytest.raises(TypeError, match="best: name must be a string, received"):
            history.best(wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="plot: quantity must be a string, received"):
            history.plot(wrong)  # type: ignore[arg-type]
    with pytest.raises(IndexError, match="the history has 3 epochs, and no record 3"):
        history[3]
    with pytest.raises(TypeError, match="plot: ax must be axes of matplotlib, received int"):
        history.plot("loss", 5)


def test_a_record_is_a_copy() -> None:
    history, record = History(), {"epoch": 1, "loss": 1.0}
    history.append(record)
    record["loss"] = 2.0
    assert history["loss"] == [1.0]


def test_best(history: History) -> None:
    assert history.best("val_loss")["epoch"] == 2
    assert history.best("val_accuracy")["epoch"] == 2
    assert history.best("accuracy")["epoch"] == 3
    history.append({"epoch": 4, "loss": 0.1})  # an epoch without validation
    assert history.best("val_loss")["epoch"] == 2
    assert math.isnan(history["val_loss"][3])
    nothing = History()
    nothing.append({"epoch": 1, "loss": math.nan})
    with pytest.raises(KeyError, match="NaN in every epoch"):
        nothing.best("loss")


@pytest.mark.parametrize(
    ("name", "epoch"),
    [
        *(("val_mae", 1), ("rmse", 1), ("MSE", 1), ("test_error", 1), ("log_perplexity", 1)),
        *(("val_accuracy", 2), ("acc", 2), ("val_f1", 2), ("AUC", 2), ("macro_recall", 2)),
    ],
)
def test_best_knows_the_direction_of_usual_names(name: str, epoch: int) -> None:
    history = History()
    history.append({"epoch": 1, name: 0.1})
    history.append({"epoch": 2, name: 0.9})
    assert history.best(name)["epoch"] == epoch
    assert history.best(name, mode="min")["epoch"] == 1
    assert history.best(name, mode="max")["epoch"] == 2


def test_best_asks_for_the_direction_of_others(history: History) -> None:
    with pytest.raises(ValueError, match=r"'lr' does not say which is better; pass mode='min' or"):
        history.best("lr")
    with pytest.raises(KeyError, match="the history has no 'x'"):
        history.best("x")
    with pytest.raises(
        ValueError, match="best: mode must be one of 'min', 'max', received 'least'"
    ):
        history.best("loss", "least")


def test_a_csv_is_there_whole_or_not_at_all(history: History, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nodir, so x\.csv cannot be"):
        history.to_csv(tmp_path / "nodir" / "x.csv")
    with pytest.raises(TypeError, match="to_csv: path must be a string or a Path, received None"):
        history.to_csv(None)  # type: ignore[arg-type]


def test_texts(history: History) -> None:
    assert repr(history) == (
        "History(3 epochs, loss=0.3, accuracy=0.95, val_loss=0.55, val_accuracy=0.8)"
    )
    assert repr(History()) == "History(0 epochs)"
    lines = str(history).splitlines()
    assert lines[0].split() == list(history.names)
    assert lines[2].split() == ["2", "0.5", "0.9", "0.45", "0.85", "0.1", "2"]
    assert len({len(line) for line in lines}) == 1
    assert str(History()) == ""


def test_csv(history: History, tmp_path: Path) -> None:
    history.append({"epoch": 4, "loss": 0.25})
    path = history.to_csv(tmp_path / "history.csv")
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["loss"]) for row in rows] == history["loss"]
    assert [row["val_loss"] for row in rows] == ["0.7", "0.45", "0.55", ""]


def test_plot(history: History) -> None:
    pytest.importorskip("matplotlib")
    ax = history.plot("accuracy")
    assert [line.get_label() for line in ax.lines] == ["train", "validation"]
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), history["val_accuracy"])
    np.testing.assert_array_equal(ax.lines[1].get_xdata(), [1, 2, 3])
    assert history.plot(ax=ax) is ax
    assert len(ax.lines) == 4
    assert [line.get_label() for line in history.plot("lr").lines] == ["train"]
    with pytest.raises(KeyError, match="no 'f1'; it has epoch"):
        history.plot("f1")


def test_figure_has_a_panel_for_each_quantity(history: History) -> None:
    pytest.importorskip("matplotlib")
    assert [ax.get_ylabel() for ax in history.figure().axes] == ["loss", "accuracy"]
    history.append({"epoch": 4, "loss": 0.2, "lr": 0.01})
    assert [ax.get_ylabel() for ax in history.figure().axes] == ["loss", "accuracy", "lr"]
    with pytest.raises(ValueError, match="the history is empty"):
        History().figure()
