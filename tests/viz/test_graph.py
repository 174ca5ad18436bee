"""The graph of a result: what stands in it, what a name may hold, and what happens without dot."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.viz import GraphPicture, draw
from tinygrad_edu.viz.graph import shorten
from tinygrad_edu.viz.picture import Vertex

graphviz = pytest.importorskip("graphviz")

HAS_DOT = True
try:
    graphviz.version()
except graphviz.ExecutableNotFound:
    HAS_DOT = False
needs_dot = pytest.mark.skipif(not HAS_DOT, reason="Graphviz's dot is not installed")


def _mlp_loss() -> tuple[tg.Tensor, dict[str, tg.Tensor]]:
    rng = np.random.default_rng(0)
    x = tg.tensor(rng.normal(size=(5, 3)), name="x")
    params = {
        "0.weight": tg.tensor(rng.normal(size=(4, 3)), requires_grad=True),
        "0.bias": tg.tensor(rng.normal(size=4), requires_grad=True),
    }
    scores = tg.relu(tg.linear(x, *params.values()))
    return tg.cross_entropy(scores, np.array([0, 1, 2, 3, 0])), params


def _titles(picture: GraphPicture) -> list[str]:
    return [vertex.title for vertex in picture.vertices]


def test_names_shapes_dtypes_and_operations() -> None:
    loss, params = _mlp_loss()
    picture = draw(loss, params)
    others = [v for v in picture.vertices if v.kind != "output"]
    assert {(v.kind, v.title, v.details[0]) for v in others} == {
        ("input", "x", "float64 (5, 3)"),
        ("parameter", "0.weight", "float64 (4, 3)"),
        ("parameter", "0.bias", "float64 (4,)"),
        ("operation", "linear", "float64 (5, 4)"),
        ("operation", "relu", "float64 (5, 4)"),
        ("constant", "array", "int64 (5,)"),
    }
    (output,) = (v for v in picture.vertices if v.kind == "output")
    assert output == ("output", "cross_entropy", (f"float64 () = {loss.item():.4g}",))
    arrows = {
        (picture.vertices[e.source].title, picture.vertices[e.target].title, e.label)
        for e in picture.edges
    }
    assert arrows == {
        ("x", "linear", ""),
        ("0.weight", "linear", ""),
        ("0.bias", "linear", ""),
        ("linear", "relu", ""),
        ("relu", "cross_entropy", "logits"),
        ("array", "cross_entropy", "target"),
    }
    assert repr(picture) == "GraphPicture(7 nodes, 6 edges)"


def test_tree() -> None:
    loss, params = _mlp_loss()
    tree = str(draw(loss, params))
    assert (
        tree
        == f"""\
cross_entropy: float64 () = {loss.item():.4g}
+- relu: float64 (5, 4)
|  +- linear: float64 (5, 4)
|     +- x: float64 (5, 3)
|     +- 0.weight: float64 (4, 3)
|     +- 0.bias: float64 (4,)
+- array: int64 (5,)"""
    )


def test_shared_results_are_shown_once() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    y = x.exp()
    tree = str(draw((y * y).sum() + y.sum()))
    (number,) = set(re.findall(r"#(\d+) exp", tree))
    assert tree.count("parameter: float32 (2,)") == 1
    assert tree.count(f"#{number} exp: float32 (2,) (above)") == 2


def test_a_deep_graph_goes_on_at_the_left_margin() -> None:
    x = tg.tensor(1.0, requires_grad=True, name="x")
    y = x
    for _ in range(100):
        y = y.exp() * 0.0
    lines = str(draw(y)).splitlines()
    assert max(map(len, lines)) < 100
    below = [line for line in lines if line.endswith("goes on below")]
    for line in below:
        number = re.search(r"#\d+", line)
        assert number is not None
        assert sum(other.startswith(f"{number[0]} ") for other in lines) == 1
    assert sum("exp:" in line and "goes on" not in line for line in lines) == 100
    assert sum(line.endswith("x: float32 () = 1") for line in lines) == 1


def test_order_of_inputs_is_named_where_it_matters() -> None:
    a = tg.tensor([1.0, 2.0], requires_grad=True, name="a")
    b = tg.tensor([3.0, 4.0], requires_grad=True, name="b")
    picture = draw([b - a, a + b])
    named = {
        (picture.vertices[e.target].title, picture.vertices[e.source].title): e.label
        for e in picture.edges
    }
    assert named == {
        ("subtract", "b"): "left",
        ("subtract", "a"): "right",
        ("add", "a"): "",
        ("add", "b"): "",
    }


def test_settings_and_constants() -> None:
    x = tg.tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    mask = np.array([[True, False, True], [False, True, False]])
    total = (x[0, ::2] * 2.5).sum(axis=0, keepdims=True)
    other = tg.where(mask, x, 0.0) + tg.where(mask, 1.0, x)
    picture = draw([total, other, x[np.array([1, 0, 1])], x[..., 1:2], x.astype(np.float32)])
    details = {line for vertex in picture.vertices for line in vertex.details}
    assert {
        "index=(0, ::2)",
        "axis=0, keepdims=True",
        "index=int64[3]",
        "index=(..., 1:2)",
        "dtype=float32",
    } <= details
    assert _titles(picture).count("2.5") == 1
    # The mask is used twice and drawn once.
    masks = [v for v in picture.vertices if v.details == ("bool (2, 3)",)]
    assert [mask.kind for mask in masks] == ["constant"]


def test_names_and_gradients() -> None:
    x = tg.tensor(3.0, requires_grad=True, name="x")
    y = x * x
    y.name = "y"
    y.backward(retain_graph=True)
    assert str(draw(y)).splitlines()[:2] == [
        "y = multiply: float32 () = 9",
        "+- x: float32 () = 3, grad = 6",
    ]
    # A name given by params goes before the tensor's own.
    assert "other: float32" in str(draw(y, {"other": x}))


def test_leaves_and_results_without_a_graph() -> None:
    assert str(draw(tg.tensor([1, 2]))) == "input: int64 (2,)"
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    with tg.no_grad():
        y = x * 2
    assert str(draw(y)) == "input: float32 (2,)"
    assert str(draw(x.argmax())) == "argmax: int64 () = 1"


def test_freed_graph() -> None:
    x = tg.tensor(3.0, requires_grad=True)
    y = x * x
    z = y.exp()
    y.backward()
    with pytest.raises(RuntimeError, match=r"graph of multiply was freed.*retain_graph=True"):
        draw(y)
    assert "multiply: float32 () = 9, graph freed by backward()" in str(draw(z))


def test_too_large_is_refused_quickly() -> None:
    y = tg.tensor(1.0, requires_grad=True)
    for _ in range(200_000):
        y = -y
    with pytest.raises(ValueError, match=r"more than 500 nodes.*raise max_nodes"):
        draw(y)
    # Constants count, too.
    x = tg.tensor(1.0, requires_grad=True)
    for _ in range(6):
        x = x + 1.0
    assert len(draw(x, max_nodes=13).vertices) == 13
    with pytest.raises(ValueError, match="more than 12 nodes"):
        draw(x, max_nodes=12)


def test_what_is_no_tensor() -> None:
    for wrong in ([1.0], 1.0, None, np.ones(3), "y", {"y": tg.tensor(1.0)}):
        with pytest.raises(TypeError, match="draw: outputs must be a tensor or a list of tensors"):
            draw(wrong)  # type: ignore[arg-type]
    for model in (tg.nn.Linear(2, 2), tg.nn.Sequential(tg.nn.ReLU()), abs):
        with pytest.raises(TypeError, match=r"draw what it returns, draw\(model\(x\)\)"):
            draw(model)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="nothing to draw"):
        draw([])
    with pytest.raises(ValueError, match="direction must be TB, LR, BT or RL, received 'up'"):
        draw(tg.tensor(1.0), direction="up")


def test_a_tree_is_ascii() -> None:
    loss, params = _mlp_loss()
    assert str(draw(loss, params)).isascii()
    assert str(draw([tg.tensor(1.0, name="x" * 100)])).isascii()


def test_a_picture_lets_the_graph_die() -> None:
    import weakref

    loss, params = _mlp_loss()
    picture, gone = draw(loss, params), weakref.ref(loss)
    del loss
    assert gone() is None
    assert len(picture.vertices) == 7


# ---- files


@needs_dot
@pytest.mark.parametrize(
    ("name", "start"), [("g.svg", b"<?xml"), ("g.PNG", b"\x89PNG"), ("g.pdf", b"%PDF")]
)
def test_drawings(tmp_path: Path, name: str, start: bytes) -> None:
    loss, params = _mlp_loss()
    path = draw(loss, params, direction="LR").save(tmp_path / name)
    assert path == tmp_path / name
    assert path.read_bytes().startswith(start)


def test_sources(tmp_path: Path) -> None:
    picture = draw(*_mlp_loss())
    assert picture.save(tmp_path / "g.dot").read_text() == picture.dot
    assert picture.save(str(tmp_path / "g.gv")).read_text() == picture.dot
    assert picture.save(tmp_path / "g.txt").read_text(encoding="utf-8") == f"{picture}\n"
    with pytest.raises(ValueError, match=r"cannot draw 'g\.bmp'; .*\.svg, \.png, \.pdf"):
        picture.save(tmp_path / "g.bmp")


@needs_dot
def test_a_notebook_shows_svg() -> None:
    bundle = draw(*_mlp_loss())._repr_mimebundle_()
    assert bundle["text/plain"] == "GraphPicture(7 nodes, 6 edges)"
    assert "</svg>" in bundle["image/svg+xml"]


# ---- without dot


def _without_dot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    monkeypatch.setitem(sys.modules, "pygraphviz", None)


def test_without_dot_source_and_tree_are_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    picture = draw(*_mlp_loss())
    _without_dot(monkeypatch, tmp_path)
    with pytest.warns(
        UserWarning, match=r"g\.svg was not drawn .*no program `dot`.*pygraphviz"
    ) as w:
        written = picture.save(tmp_path / "g.svg")
    assert "wrote g.dot and g.txt instead" in str(w[0].message)
    assert 'pip install "tinygrad_edu[render]"' in str(w[0].message)
    assert w[0].filename == __file__
    assert written == tmp_path / "g.dot"
    assert written.read_text() == picture.dot
    assert (tmp_path / "g.txt").read_text(encoding="utf-8") == f"{picture}\n"
    assert not (tmp_path / "g.svg").exists()
    bundle = picture._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert bundle["text/plain"].startswith(f"{picture}\n\nTo get pictures, install Graphviz")


def test_pygraphviz_draws_without_dot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class AGraph:
        def __init__(self, string: str) -> None:
            self.string = string

        def draw(self, format: str, prog: str) -> bytes:
            return f"{prog} {format} {self.string}".encode()

    picture = draw(*_mlp_loss())
    _without_dot(monkeypatch, tmp_path)
    monkeypatch.setitem(sys.modules, "pygraphviz", types.SimpleNamespace(AGraph=AGraph))
    assert picture.save(tmp_path / "g.svg").read_text() == f"dot svg {picture.dot}"


def test_a_failing_dot_is_no_traceback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(self: object, **options: object) -> bytes:
        raise graphviz.CalledProcessError(3, ["dot"])

    picture = draw(*_mlp_loss())
    monkeypatch.setattr(graphviz.Source, "pipe", fail)
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.warns(UserWarning, match="`dot` failed with status 3"):
        picture.save(tmp_path / "g.pdf")


def test_without_the_package_the_tree_remains(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    picture = draw(*_mlp_loss())
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match=r'pip install "tinygrad_edu\[viz\]"'):
        _ = picture.dot
    with pytest.warns(UserWarning, match=r"wrote g\.txt instead"):
        assert picture.save(tmp_path / "g.svg") == tmp_path / "g.txt"
    assert picture._repr_mimebundle_()["text/plain"].startswith(str(picture))


def test_the_notebook_hook_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(self: object, ending: str) -> None:
        raise OSError("no processes left")

    monkeypatch.setattr(GraphPicture, "_render", explode)
    picture = draw(tg.tensor(1.0))
    assert picture._repr_mimebundle_()["text/plain"].startswith("input: float32 () = 1")


# ---- hostile names


HOSTILE = [
    '"',
    "\\",
    '\\"',
    "a\\",
    "<b>bold</b>",
    "<<b>html</b>>",
    "&lt;&amp;&quot;",
    '"];  evil -> "x"; 0 [label="gone',
    "\\N \\G \\l \\r \\n",
    "}{|<>",
    "line\nbreak\ttab\x00nul\x1bescape",
    "\ud800 lone surrogate",
    "</script><script>alert(1)</script>",
    "' onload='alert(1)",
    "--> <!-- ]]>",
    "URL=http://example.org",
    "../../etc/passwd",
    "; rm -rf /",
    "名前 ∇ ñ 🙂",
    "node",
    "digraph",
    "0:n",
    "-Tpng",
    "",
    " ",
    "x" * 1000,
]


@needs_dot
def test_hostile_names_are_shown_as_they_are() -> None:
    tensors = [tg.tensor(1.0, requires_grad=True, name=name) for name in HOSTILE]
    total = tg.stack(tensors).sum()
    total.name = HOSTILE[0]
    picture = draw(total)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        source = picture.dot
    parsed = json.loads(
        subprocess.run(
            ["dot", "-Tjson0"], input=source.encode(), capture_output=True, check=True
        ).stdout
    )
    assert [node["name"] for node in parsed["objects"]] == [
        str(k) for k in range(len(picture.vertices))
    ]
    assert len(parsed["edges"]) == len(picture.edges)
    for node, vertex in zip(parsed["objects"], picture.vertices, strict=True):
        assert not set(node) & {"URL", "href", "image", "shapefile", "tooltip", "target"}
        # Undo what Graphviz does last when it draws: escapes, then entities.
        shown = html.unescape(
            re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], node["label"])
        )
        assert shown == "\n".join((vertex.title, *vertex.details))
    for vertex, name in zip(picture.vertices, HOSTILE, strict=False):
        assert vertex.title == (shorten(name) or "parameter")


@needs_dot
def test_hostile_names_are_harmless_in_svg() -> None:
    from xml.etree import ElementTree

    def tags(names: list[str]) -> list[str]:
        tensors = [tg.tensor(1.0, requires_grad=True, name=name) for name in names]
        svg = draw(tensors)._repr_mimebundle_()["image/svg+xml"]
        root = ElementTree.fromstring(svg)
        for element in root.iter():
            assert not any(
                name.startswith("on") or name.endswith("href") for name in element.attrib
            )
        return sorted(element.tag for element in root.iter())

    assert tags(HOSTILE) == tags([f"name {k}" for k in range(len(HOSTILE))])


@needs_dot
def test_a_label_between_angle_brackets_is_no_html(tmp_path: Path) -> None:
    picture = GraphPicture((Vertex("output", "<b", ("mode=<class>",)),), (), (0,))
    assert "&lt;b<" in picture.save(tmp_path / "g.svg").read_text(encoding="utf-8")


def test_shorten() -> None:
    assert shorten("a\nb\x00\ud800é∇") == "a\\nb\\x00\\ud800é∇"
    assert shorten("x" * 60) == "x" * 60
    assert shorten("x" * 61) == "x" * 57 + "..."
