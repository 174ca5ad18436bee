"""The training loop: the same steps as a loop by hand, its figures, modes and messages."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.engine import Node
from tinygrad_edu.optim.lr_scheduler import StepLR
from tinygrad_edu.random import default_generator
from tinygrad_edu.train import Trainer, accuracy, top_k_accuracy

N, FEATURES, CLASSES = 50, 7, 3


def _arrays(rng: np.random.Generator) -> tuple[Any, Any]:
    x = rng.normal(size=(N, FEATURES)).astype(np.float32)
    y = (x @ rng.normal(size=(FEATURES, CLASSES))).argmax(axis=1)
    return x, y


@pytest.fixture
def batches(rng: np.random.Generator) -> DataLoader:
    return DataLoader(TensorDataset(*_arrays(rng)), batch_size=16)  # the last batch holds 2


def _model() -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(FEATURES, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(0.3), nn.Linear(6, CLASSES)
    )


def _trainer(model: nn.Module | None = None, **options: Any) -> Trainer:
    model = _model() if model is None else model
    return Trainer(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1), **options)


def _modes(model: nn.Module) -> list[bool]:
    return [module.training for module in model.modules()]


# ---- what it computes


def test_the_same_as_a_loop_by_hand(batches: DataLoader) -> None:
    tg.manual_seed(3)
    model, loss_of = _model(), nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = StepLR(optimizer, step_size=2, gamma=0.5)
    losses, rates = [], []
    for _ in range(3):
        total = 0.0
        rates.append(optimizer.param_groups[0]["lr"])
        for x, y in batches:
            optimizer.zero_grad()
            loss = loss_of(model(tg.tensor(x)), tg.tensor(y))
            loss.backward()
            optim.clip_grad_norm_(model.parameters(), 0.5)
            optimizer.step()
            total += loss.item() * len(x)
        losses.append(total / N)
        scheduler.step()

    tg.manual_seed(3)
    other = _model()
    optimizer = optim.SGD(other.parameters(), lr=0.1, momentum=0.9)
    trainer = Trainer(
        other,
        loss_of,
        optimizer,
        StepLR(optimizer, step_size=2, gamma=0.5),
        clip_grad_norm=0.5,
    )
    history = trainer.fit(batches, epochs=3, verbose=False)
    assert history["loss"] == pytest.approx(losses, rel=1e-12)
    assert history["lr"] == rates == [0.1, 0.1, 0.05]
    assert trainer.steps == 12
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, other.state_dict()[name])


def test_clipping_matters(batches: DataLoader) -> None:
    def weights(limit: float | None) -> Any:
        tg.manual_seed(0)
        trainer = _trainer(clip_grad_norm=limit)
        trainer.fit(batches, verbose=False)
        return trainer.model.state_dict()["0.weight"]

    assert not np.array_equal(weights(None), weights(0.01))
    np.testing.assert_array_equal(weights(None), weights(1e9))


def test_schedule_per_batch(batches: DataLoader) -> None:
    model = _model()
    optimizer = optim.SGD(model.parameters(), lr=0.8)
    scheduler = StepLR(optimizer, step_size=1, gamma=0.5)
    trainer = Trainer(model, nn.CrossEntropyLoss(), optimizer, scheduler, schedule_per="batch")
    trainer.fit(batches, epochs=2, verbose=False)
    assert optimizer.param_groups[0]["lr"] == 0.8 * 0.5**8
    assert trainer.history["lr"] == [0.8, 0.8 * 0.5**4]


def test_evaluation_is_a_mean_over_examples(batches: DataLoader) -> None:
    trainer = _trainer(metrics={"top1": accuracy, "top2": lambda s, t: top_k_accuracy(s, t, 2)})
    x, y = (each.value for each in batches.dataset.tensors)
    figures = trainer.evaluate(batches)
    scores = trainer.predict(x)
    with trainer.model.evaluating():
        loss = nn.CrossEntropyLoss()(trainer.model(tg.tensor(x)), tg.tensor(y)).item()
    assert list(figures) == ["loss", "top1", "top2"]
    assert figures["loss"] == pytest.approx(loss, rel=1e-6)
    assert figures["top1"] == pytest.approx(accuracy(scores, y), rel=1e-12)
    assert figures["top2"] == pytest.approx(top_k_accuracy(scores, y, 2), rel=1e-12)
    assert 0 < figures["top1"] < figures["top2"] < 1


def test_training_figures_are_those_of_the_weights_as_they_were(batches: DataLoader) -> None:
    trainer = _trainer(nn.Linear(FEATURES, CLASSES))
    seen: list[float] = []

    def noted(scores: Any, target: Any) -> float:
        seen.append(accuracy(scores, target))
        return seen[-1]

    trainer.metrics = {"accuracy": noted}
    history = trainer.fit(batches, epochs=1, verbose=False)
    assert history["accuracy"] == [pytest.approx(np.average(seen, weights=[16, 16, 16, 2]))]


def test_validation_comes_after_each_epoch(batches: DataLoader) -> None:
    trainer = _trainer()
    history = trainer.fit(batches, batches, epochs=2, verbose=False)
    assert history.names == [
        "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "lr", "seconds",
    ]  # fmt: skip
    assert history["val_loss"][-1] == trainer.evaluate(batches)["loss"]


def test_fit_goes_on_where_it_stopped(batches: DataLoader) -> None:
    trainer = _trainer()
    first = trainer.fit(batches, epochs=2, verbose=False)
    assert trainer.fit(batches, epochs=0, verbose=False) is first
    second = trainer.fit(batches, epochs=1, verbose=False)
    assert second is first
    assert second["epoch"] == [1, 2, 3]


def test_it_learns(rng: np.random.Generator) -> None:
    x, y = _arrays(rng)
    trainer = _trainer(nn.Sequential(nn.Linear(FEATURES, 16), nn.ReLU(), nn.Linear(16, CLASSES)))
    batches = DataLoader(TensorDataset(x, y), batch_size=10, shuffle=True)
    history = trainer.fit(batches, epochs=40, verbose=False)
    assert history["accuracy"][-1] > 0.95
    assert accuracy(trainer.predict(x), y) > 0.95


def test_regression_needs_no_metric(rng: np.random.Generator) -> None:
    x = rng.normal(size=(30, 2))
    y = x @ [[2.0], [-3.0]] + 0.5
    model = nn.Linear(2, 1, dtype=np.float64)
    trainer = Trainer(model, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.2), metrics={})
    history = trainer.fit([(x, y)], epochs=200, verbose=False)
    assert history.names == ["epoch", "loss", "lr", "seconds"]
    np.testing.assert_allclose(model.weight.value, [[2.0, -3.0]], atol=1e-6)


# The loss, an output and a target for it, and the accuracy it has without being asked for.
SCORES = np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]], np.float32)
YES = np.array([[0.25], [-3.0], [2.0], [0.75]], np.float32)
DEFAULTS: list[tuple[Any, Any, Any, float | None]] = [
    (nn.CrossEntropyLoss(), SCORES, np.array([0, 1]), 0.5),
    (nn.CrossEntropyLoss(), SCORES, np.eye(3, dtype=np.float32)[:2], 0.5),
    (nn.functional.cross_entropy, SCORES, np.array([0, 1]), 0.5),
    (nn.NLLLoss(), SCORES - 3, np.array([0, 1]), 0.5),
    (nn.MultiMarginLoss(), SCORES, np.array([0, 1]), 0.5),
    (nn.FocalLoss(), SCORES, np.array([0, 1]), 0.5),
    (lambda s, t: nn.functional.cross_entropy(s, t), SCORES, np.array([0, 1]), 0.5),
    (nn.BCEWithLogitsLoss(), YES, np.array([[1], [0], [1], [0]], np.float32), 0.75),
    (nn.BCEWithLogitsLoss(), YES[:1], np.array([[1]], np.float32), 1.0),
    (nn.functional.binary_cross_entropy_with_logits, YES, np.ones((4, 1), np.float32), 0.75),
    (nn.BCELoss(), abs(YES) / 4, np.array([[0], [1], [1], [1]], np.float32), 0.5),
    (nn.functional.binary_cross_entropy, abs(YES) / 4, np.ones((4, 1), np.float32), 0.25),
    (nn.MSELoss(), SCORES, SCORES + 1, None),
    (nn.MSELoss(), YES, YES + 1, None),
    (nn.functional.mse_loss, YES, YES + 1, None),
    (nn.L1Loss(), YES, YES + 1, None),
    (nn.HuberLoss(), YES, YES + 1, None),
    (nn.PoissonNLLLoss(), YES, abs(YES), None),
    (nn.KLDivLoss(), -abs(SCORES), abs(SCORES) / 2, None),
    (nn.HingeLoss(), YES, np.sign(YES), None),
]


@pytest.mark.parametrize(("loss", "output", "target", "expected"), DEFAULTS)
def test_the_accuracy_by_default_follows_the_loss(
    loss: Any, output: Any, target: Any, expected: float | None
) -> None:
    model = nn.Sequential(nn.Identity(), nn.Linear(1, 1))
    model.forward = lambda x: x  # type: ignore[method-assign]
    figures = Trainer(model, loss, optim.SGD(model.parameters(), lr=0.1)).evaluate(
        [(output, target)]
    )
    assert figures.get("accuracy") == expected


def test_a_regression_by_a_function_of_ones_own_is_told_what_to_do() -> None:
    model = nn.Linear(2, 1)
    trainer = Trainer(model, lambda s, t: ((s - t) ** 2).mean(), optim.SGD(model.parameters(), 0.1))
    batch = np.zeros((3, 2), np.float32), np.zeros((3, 1), np.float32)
    with pytest.raises(ValueError, match=r"accuracy: one column of scores .*metrics={}"):
        trainer.fit([batch], verbose=False)


def test_predict(rng: np.random.Generator) -> None:
    trainer = _trainer()
    x = rng.normal(size=(2500, FEATURES)).astype(np.float32)
    with trainer.model.evaluating():
        expected = trainer.model(tg.tensor(x)).value
    for inputs in (x, tg.tensor(x), [x[:7], x[7:]], [(x, None)], DataLoader(TensorDataset(x), 999)):
        predicted = trainer.predict(inputs)
        assert type(predicted) is np.ndarray
        np.testing.assert_allclose(predicted, expected, rtol=1e-4, atol=1e-6)


def test_predict_takes_rows_and_batches_in_any_form() -> None:
    model = nn.Linear(4, 3)
    trainer = Trainer(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1))
    rows = [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [0.0, -1.0, 2.0, -3.0]]
    x = np.array(rows, np.float32)
    y = np.array([0, 1, 2])
    expected = model(tg.tensor(x)).value
    for inputs in (
        rows,
        x,
        tg.tensor(x),
        list(x),
        [tg.tensor(row) for row in x],
        [x[:2], x[2:]],
        [tg.tensor(x[:2]), tg.tensor(x[2:])],
        (x[:2], x[2:]),
        [(x, y)],
        [[x, y]],
        [(x[:2], y[:2]), (x[2:], y[2:])],
        [list(x[:2]), list(x[2:])],
        (rows[k : k + 1] for k in range(3)),
        iter([x]),
        DataLoader(TensorDataset(x, y), 2),
        DataLoader(x, 2),
    ):
        np.testing.assert_allclose(trainer.predict(inputs), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (None, "inputs must be an array, a list of rows or an iterable .* received NoneType"),
        (3.0, "inputs must be .* received float"),
        ("rows", "inputs must be .* received str"),
        ({"x": 1}, "inputs must be .* received dict"),
        ([{"x": 1}], "a batch must be an array of numbers, or a list of rows of one length.*list"),
        (iter([{"x": 1}]), "a batch must be an array of numbers.*dict"),
        ([[1.0], [1.0, 2.0]], ".*a list of rows of one length, received list"),
        ([np.zeros(2), np.zeros(3)], ".*a list of rows of one length, received list"),
        (np.array(["a"]), "a batch must be an array of numbers"),
        (iter([None]), "a batch must be an array of numbers.*NoneType"),
        (((1.0, 2.0), (3.0, 4.0)), "rows come in a list.*received tuples of numbers"),
        ([(1.0, 2.0), (3.0, 4.0)], "rows come in a list.*received tuples of numbers"),
    ],
)
def test_predict_refuses(inputs: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"^predict: {message}"):
        _trainer().predict(inputs)


def test_predict_needs_an_output_for_each_row() -> None:
    trainer = _trainer(nn.Linear(FEATURES, CLASSES))
    with pytest.raises(ValueError, match=r"a batch of shape \(7,\) gave an output of shape \(3,\)"):
        trainer.predict(iter([np.zeros(FEATURES, np.float32)]))


# ---- what it leaves alone


def test_modes_are_restored(batches: DataLoader) -> None:
    trainer = _trainer()
    trainer.model[1].eval()  # a frozen layer, as in fine-tuning
    before = _modes(trainer.model)
    assert len(set(before)) == 2
    seen = []
    trainer.metrics = {"mode": lambda scores, target: seen.append(_modes(trainer.model)) or 0.0}
    trainer.fit(batches, batches, verbose=False)
    assert [set(modes) for modes in seen] == [{True}] * 4 + [{False}] * 4
    assert _modes(trainer.model) == before
    trainer.evaluate(batches)
    trainer.predict(batches)
    assert _modes(trainer.model) == before


@pytest.mark.parametrize("verb", ["fit", "evaluate", "predict"])
def test_modes_are_restored_after_an_exception(verb: str, batches: DataLoader) -> None:
    class Fails(nn.Module):
        def forward(self, x: Any) -> Any:
            raise RuntimeError("on purpose")

    trainer = _trainer(nn.Sequential(*_model(), Fails()))
    trainer.model[1].eval()
    before = _modes(trainer.model)
    with pytest.raises(RuntimeError, match="on purpose"):
        getattr(trainer, verb)(batches)
    assert _modes(trainer.model) == before
    assert len(trainer.history) == 0


def test_evaluation_changes_nothing(batches: DataLoader) -> None:
    trainer = _trainer()
    trainer.fit(batches, verbose=False)
    before = trainer.model.state_dict()
    draws = default_generator().bit_generator.state
    trainer.evaluate(batches)
    trainer.predict(batches)
    assert default_generator().bit_generator.state == draws
    for name, array in trainer.model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_no_graph_outlives_its_step(batches: DataLoader) -> None:
    def alive() -> int:
        # Not isinstance, which reads `__class__` of whatever other libraries left in memory.
        return sum(issubclass(type(thing), Node) for thing in gc.get_objects())

    trainer = _trainer()
    trainer.fit(batches, batches, epochs=1, verbose=False)
    gc.collect()
    gc.disable()
    try:
        before = alive()
        trainer.fit(batches, batches, epochs=3, verbose=False)
        assert alive() <= before
    finally:
        gc.enable()


# ---- what it says


def test_a_line_per_epoch(batches: DataLoader, capsys: pytest.CaptureFixture[str]) -> None:
    trainer = _trainer()
    trainer.fit(batches, batches, epochs=2)
    out, err = capsys.readouterr()
    lines = out.splitlines()
    record = trainer.history[1]
    assert len(lines) == 2
    assert lines[1].startswith(
        f"epoch 2/2  loss {record['loss']:.4f}  accuracy {record['accuracy']:.4f}  "
        f"val_loss {record['val_loss']:.4f}  val_accuracy {record['val_accuracy']:.4f}  "
    )
    assert err == ""
    trainer.fit(batches, verbose=False)
    assert capsys.readouterr() == ("", "")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal(batches: DataLoader, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tqdm")
    monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
    _trainer().fit(batches, epochs=2)
    assert "epoch 1/2:" in terminal.getvalue()
    assert "4/4" in terminal.getvalue() or "0/4" in terminal.getvalue()


def test_training_goes_on_where_nothing_can_be_printed(
    batches: DataLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    for stream in (None, Full()):
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stderr", None)
        assert len(_trainer().fit(batches, epochs=2)) == 2


def test_without_tqdm_there_is_no_bar(
    batches: DataLoader, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
    monkeypatch.setitem(sys.modules, "tqdm", None)
    _trainer().fit(batches)
    assert terminal.getvalue() == ""
    assert capsys.readouterr().out.startswith("epoch 1/1  loss")


# ---- losses that are not finite


class Log(nn.Module):
    def forward(self, x: Any) -> Any:
        return tg.log(x)


def test_nan_names_step_value_and_operation(rng: np.random.Generator) -> None:
    model = nn.Sequential(nn.Linear(FEATURES, CLASSES), Log())
    trainer = _trainer(model)
    x, y = _arrays(rng)
    good = np.abs(x)
    for parameter in model.parameters():
        parameter.value[...] = 0.5
    before = model.state_dict()
    with pytest.raises(
        FloatingPointError,
        match=r"the loss is nan in step 1 \(epoch 1, batch 1\): log: first non-finite value of the "
        r"result is nan .*; a smaller learning rate or clip_grad_norm may help",
    ):
        trainer.fit([(-5 * good, y)], verbose=False)
    # It stopped before the step.
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    assert trainer.steps == 0
    trainer.fit([(good, y)], verbose=False)
    with pytest.raises(FloatingPointError, match=r"nan in step 2 \(epoch 2, batch 1\)"):
        trainer.fit([(-5 * good, y)], verbose=False)
    with pytest.raises(FloatingPointError, match=r"nan in step 2 \(evaluation, batch 2\)"):
        trainer.evaluate([(good, y), (-5 * good, y)])


def test_the_search_for_the_operation_leaves_the_random_stream_alone() -> None:
    model = nn.Sequential(nn.Dropout(0.5), nn.Linear(FEATURES, CLASSES), Log())
    x, y = np.full((N, FEATURES), -1e3, np.float32), np.zeros(N, dtype=int)
    model[1].weight.value[...] = 1.0
    tg.manual_seed(5)
    model(tg.tensor(x))
    once = default_generator().bit_generator.state
    tg.manual_seed(5)
    with pytest.raises(FloatingPointError, match="log: first non-finite"):
        _trainer(model).fit([(x, y)], verbose=False)
    assert default_generator().bit_generator.state == once


def test_bad_data_are_named(rng: np.random.Generator) -> None:
    trainer = _trainer()
    x, y = _arrays(rng)
    x[3, 2] = np.nan
    with pytest.raises(
        FloatingPointError, match=r"the inputs of this batch held nan already \(1 of 350 values\)"
    ):
        trainer.fit([(x, y)], verbose=False)
    model = nn.Linear(FEATURES, 1)
    regression = Trainer(model, nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1), metrics={})
    target = np.full((N, 1), np.inf, dtype=np.float32)
    with pytest.raises(FloatingPointError, match=r"the loss is inf .* targets .* held inf already"):
        regression.fit([(np.zeros((N, FEATURES), np.float32), target)], verbose=False)


def test_bad_parameters_are_named(batches: DataLoader) -> None:
    trainer = _trainer()
    trainer.model[4].weight.value[1, 2] = np.inf
    with pytest.raises(
        FloatingPointError, match=r"parameter 4\.weight held inf already \(1 of 18 values\)"
    ):
        trainer.fit(batches, verbose=False)


def test_divergence_is_stopped(batches: DataLoader) -> None:
    model = nn.Sequential(nn.Linear(FEATURES, 20), nn.ReLU(), nn.Linear(20, CLASSES))
    trainer = Trainer(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=1e30))
    with pytest.raises(FloatingPointError, match=r"the loss is (nan|inf) in step"):
        trainer.fit(batches, epochs=20, verbose=False)


def test_what_cannot_be_reproduced_says_so(batches: DataLoader) -> None:
    calls = iter([np.nan, 1.0])
    trainer = _trainer()
    trainer.loss = lambda output, target: output.sum() * 0.0 + next(calls)
    with pytest.raises(FloatingPointError, match="finite values when it was run again"):
        trainer.fit(batches, verbose=False)


def test_gradients_that_cannot_be_clipped(rng: np.random.Generator) -> None:
    x, y = _arrays(rng)
    model = nn.Sequential(nn.Linear(FEATURES, CLASSES, bias=False))
    model[0].weight.value[...] = 0.0
    trainer = _trainer(model, clip_grad_norm=1.0)
    trainer.loss = lambda output, target: tg.sqrt(output).sum()  # infinite slope at 0
    with pytest.raises(
        FloatingPointError,
        match=r"norm of the gradients is (nan|inf) in step 1 \(epoch 1, batch 1\)",
    ):
        trainer.fit([(x, y)], verbose=False)
    assert not model[0].weight.value.any()


# ---- bad input


def test_refused_settings() -> None:
    with pytest.raises(
        ValueError, match="schedule_per must be one of 'epoch', 'batch', received 's"
    ):
        _trainer(schedule_per="step")
    for limit in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match=rf"clip_grad_norm must be in \(0, inf\], .* {limit}"):
            _trainer(clip_grad_norm=limit)
    with pytest.raises(TypeError, match=r"clip_grad_norm must be a number .* received 'x'"):
        _trainer(clip_grad_norm="x")
    with pytest.raises(ValueError, match="fit: epochs must be an integer >= 0, received -1"):
        _trainer().fit([], epochs=-1)
    for epochs in (1.5, "x", None, True):
        with pytest.raises(TypeError, match=f"fit: epochs must be an integer >= 0, .* {epochs!r}"):
            _trainer().fit([], epochs=epochs)
    with pytest.raises(TypeError, match="fit: verbose must be True or False, received 'no'"):
        _trainer().fit([], verbose="no")


MODEL, LOSS = nn.Linear(FEATURES, CLASSES), nn.CrossEntropyLoss()
SGD = optim.SGD(MODEL.parameters(), lr=0.1)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((None, None, None), "model must be a Module, received NoneType; it is Trainer"),
        ((SGD, LOSS, MODEL), "model must be a Module, received SGD; it is Trainer"),
        ((MODEL, SGD, LOSS), "(loss must be a function.*SGD|optimizer must be .* Optimizer.*Loss)"),
        ((MODEL, "mse", SGD), "loss must be a function of output and target, received str"),
        ((MODEL, LOSS, MODEL.parameters()), "optimizer must be an Optimizer, received generator"),
        ((MODEL, LOSS, SGD, SGD), "scheduler must be an LRScheduler, received SGD"),
        ((MODEL, LOSS, SGD, None, [accuracy]), "metrics must be a dict of functions.*list"),
        ((MODEL, LOSS, SGD, None, {"a": "accuracy"}), "metrics must be a dict of functions"),
    ],
)
def test_parts_of_the_wrong_kind(parts: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"^Trainer: {message}"):
        Trainer(*parts)


def test_an_optimizer_of_another_model() -> None:
    other = nn.Linear(FEATURES, CLASSES)
    with pytest.raises(ValueError, match="optimizer holds none of the model's parameters"):
        Trainer(MODEL, LOSS, optim.SGD(other.parameters(), lr=0.1))
    Trainer(MODEL, LOSS, optim.SGD([MODEL.bias], lr=0.1))  # a part is enough: fine-tuning


@pytest.mark.parametrize("wrong", [-1, 1.5, object(), True])
def test_data_that_are_no_batches(wrong: Any) -> None:
    what = f"must be an iterable of .inputs, targets., received {type(wrong).__name__}"
    with pytest.raises(TypeError, match=f"^fit: train {what}"):
        _trainer().fit(wrong)
    with pytest.raises(TypeError, match=f"^fit: validation {what}"):
        _trainer().fit([], wrong)
    with pytest.raises(TypeError, match=f"^evaluate: batches {what}"):
        _trainer().evaluate(wrong)


def test_empty_data() -> None:
    with pytest.raises(ValueError, match=r"fit, epoch 1: the data gave no batch; it is empty"):
        _trainer().fit([], verbose=False)
    with pytest.raises(ValueError, match="evaluate: the data gave no batch"):
        _trainer().evaluate([])
    for nothing in ([], np.zeros((0, FEATURES), np.float32)):
        with pytest.raises(ValueError, match="predict: there is no batch"):
            _trainer().predict(nothing)


def test_a_generator_that_is_used_up(rng: np.random.Generator) -> None:
    x, y = _arrays(rng)

    def once() -> Iterator[Any]:
        yield x, y

    trainer = _trainer()
    with pytest.raises(ValueError, match=r"epoch 2: the data gave no batch; .*DataLoader"):
        trainer.fit(once(), epochs=2, verbose=False)
    assert len(trainer.history) == 1


@pytest.mark.parametrize(
    ("batch", "what"),
    [
        (np.zeros((4, FEATURES)), r"ndarray of 4"),
        ((np.zeros((4, FEATURES)),), r"tuple of 1"),
        ((np.zeros(4), np.zeros(4), np.zeros(4)), r"tuple of 3"),
        ({"x": 0, "y": 1}, r"dict of 2"),
        (3.0, "a float"),
    ],
)
def test_batches_that_are_no_pairs(batch: Any, what: str) -> None:
    with pytest.raises(TypeError, match=rf"pair \(inputs, targets\), .*{what}.*DataLoader"):
        _trainer().fit([batch], verbose=False)


def test_a_loss_that_is_no_number(batches: DataLoader) -> None:
    model = _model()
    loss = nn.CrossEntropyLoss(reduction="none")
    trainer = Trainer(model, loss, optim.SGD(model.parameters(), lr=0.1))
    with pytest.raises(ValueError, match=r"a single number, received shape \(16,\); .*'mean'"):
        trainer.fit(batches, verbose=False)
