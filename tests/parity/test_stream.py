"""PyTorch's stream of random numbers, drawn by PyTorch and by us from the same seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import tinygrad_edu.torch as ours  # noqa: E402

# Each is run after the others of its list with one stream, so that what it takes of it counts too.
PROGRAMS: dict[str, list[str]] = {
    "uniform": [
        "T.rand(37)", "T.rand(2, 3, dtype=T.float64)", "T.rand_like(T.zeros(3))",
        "T.empty(40).uniform_(-0.3, 0.3)", "T.empty(3, dtype=T.float64).uniform_(1, 5)",
        "T.rand(1).item()",
    ],
    "normal": [
        "T.randn(5)", "T.randn(4)", "T.randn(40)", "T.randn(33, dtype=T.float64)", "T.randn(16)",
        "T.empty(7).normal_(1.0, 0.5)", "T.empty(4, 5).normal_(1.0, 0.5)",
        "T.normal(1.0, 2.0, (20,))",
        "T.normal(T.zeros(5) + 3, T.ones(5) * 2)", "T.randn_like(T.zeros(2, 9))",
    ],
    "integers": [
        "T.randint(0, 27, (9,))", "T.randint(5, (3,))", "T.randint(-4, 2**29, (5,))",
        "T.randint(0, 2**33, (5,))", "T.randperm(50)", "T.randperm(1)", "T.randperm(0)",
        "T.empty((), dtype=T.int64).random_()", "T.empty(5).random_()", "T.empty(5).random_(0, 10)",
        "T.randint_like(T.zeros(3), 10)",
    ],
    "choices": [
        "T.bernoulli(T.full((9,), 0.4))", "T.bernoulli(T.full((9,), 0.4, dtype=T.float64))",
        "T.empty(9).bernoulli_(0.3)", "T.multinomial(W, 1, replacement=True)",
        "T.multinomial(W, 6, replacement=True)", "T.multinomial(W, 3)",
        "T.multinomial(T.stack([W, 1 - W]), 2)", "T.empty(7).exponential_()",
        "T.empty(7).exponential_(2.5)",
    ],
    "layers": [
        "T.nn.Linear(5, 7).weight", "T.nn.Linear(3, 2).bias", "T.nn.Conv2d(2, 3, 3).weight",
        "T.nn.Embedding(7, 3).weight", "T.nn.ConvTranspose2d(2, 3, 3).bias",
        "T.nn.init.xavier_uniform_(T.empty(4, 6))", "T.nn.init.xavier_normal_(T.empty(4, 6))",
        "T.nn.init.kaiming_normal_(T.empty(4, 6), nonlinearity='relu')",
        "T.nn.init.kaiming_uniform_(T.empty(4, 6), a=5**0.5)",
        "T.nn.init.normal_(T.empty(3), 0, 0.02)",
        "T.nn.functional.dropout(T.ones(3, 40), 0.2)", "T.nn.Dropout(0.5)(T.ones(50))",
        "T.nn.functional.dropout2d(T.ones(2, 10, 3, 3))",
        "T.nn.functional.gumbel_softmax(T.zeros(2, 10))",
    ],
    "distributions": [
        "P.Normal(T.zeros(3), T.ones(3) * 2).sample()", "P.Normal(0.0, 1.0).rsample((20,))",
        "P.Categorical(probs=T.stack([W, 1 - W])).sample()",
        "P.Categorical(logits=W).sample((6,))",
        "P.Categorical(probs=T.stack([W, W])).sample((3, 2))",
        "P.Bernoulli(W).sample((2,))", "P.Uniform(W, W + 1).sample()", "P.Exponential(W).sample()",
        "P.Laplace(W, W).sample((5,))",
        "P.MultivariateNormal(T.zeros(2), T.eye(2)).sample((3,))",
    ],
    "loaders": [
        "epoch(D.DataLoader(S, 5, shuffle=True))", "epoch(D.DataLoader(S, 5))",
        "epoch(D.DataLoader(S, 6, shuffle=True, num_workers=0, drop_last=True))",
        "epoch(D.DataLoader(S, 5, shuffle=True, generator=T.Generator().manual_seed(3)))",
        "D.random_split(S, [15, 5])[0].indices", "list(D.SubsetRandomSampler(range(9)))",
        "list(D.WeightedRandomSampler([0.1, 0.5, 0.4], 8))", "list(D.RandomSampler(S))",
        "list(D.RandomSampler(S, replacement=True, num_samples=50))",
        "list(D.RandomSampler(S, num_samples=33))",
        "list(D.RandomSampler(S, num_samples=33, generator=T.Generator().manual_seed(1)))",
        "list(D.WeightedRandomSampler([0.1, 0.5, 0.4], 2, replacement=False))",
        "[epoch(loader) for loader in [D.DataLoader(S, 5, shuffle=True, generator=G)] * 2]",
        "[T.rand(1) for it in [iter(D.DataLoader(S, 5, shuffle=True))] for _ in [T.rand(1)]]",
        "[T.rand(1) for it in [iter(D.DataLoader(S, 5, shuffle=True))] for _ in [next(it)]]",
        "T.rand(2, generator=G)", "T.rand(2)",
    ],
}  # fmt: skip
#: float32 normals go through another logarithm and cosine.
TOLERANCE = 3e-6


def draw(library: Any, name: str, seed: int) -> list[np.ndarray]:
    """What each line of a program gives after ``manual_seed``."""
    data = __import__(f"{library.__name__}.utils.data", fromlist=["data"])
    __import__(f"{library.__name__}.distributions")
    library.manual_seed(seed)
    scope = {
        "T": library, "D": data, "P": library.distributions,
        "G": library.Generator().manual_seed(9),
        "W": library.tensor([0.1, 0.2, 0.3, 0.4]),
        "S": data.TensorDataset(library.arange(20)),
        "epoch": lambda loader: library.cat([batch[0] for batch in loader]),
    }  # fmt: skip
    found = [eval(line, scope) for line in PROGRAMS[name]]
    return [np.asarray([np.asarray(each) for each in x] if type(x) is list
            else x.detach() if hasattr(x, "detach") else x) for x in found]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 42, 2147483647, 2**40 + 5])
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_stream_is_that_of_pytorch(name: str, seed: int) -> None:
    wrong = []
    for line, got, wanted in zip(
        PROGRAMS[name], draw(ours, name, seed), draw(torch, name, seed), strict=True
    ):
        if got.shape != wanted.shape or not np.allclose(got, wanted, TOLERANCE, TOLERANCE):
            wrong.append(f"{line}: {got.reshape(-1)[:4]} and {wanted.reshape(-1)[:4]}")
    assert not wrong, "\n".join(wrong)


def test_a_state_and_a_generator_go_on_where_they_were() -> None:
    for library in (torch, ours):
        generator = library.Generator().manual_seed(5)
        library.randn(3, generator=generator)  # half of a pair is left
        state = generator.get_state()
        first = library.randn(5, generator=generator)
        again = library.Generator()
        again.set_state(state)
        assert library.equal(library.randn(5, generator=again), first)
