"""A picture of a graph: as DOT, as SVG, PNG or PDF where something can lay it out, as a tree."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, NamedTuple

from tinygrad_edu._optional import require

__all__ = ["HOW_TO_GET_PICTURES", "GraphPicture"]

HOW_TO_GET_PICTURES = (
    "To get pictures, install Graphviz (apt, brew or winget install graphviz), or without "
    'administrator rights: pip install "tinygrad_edu[render]"'
)

_DRAWN = ("svg", "png", "pdf")
_FONT = "Helvetica,Arial,sans-serif"
_STYLES = {
    "operation": {"fillcolor": "#e8f0fb", "color": "#4a6fa5"},
    "output": {"fillcolor": "#dcf2e0", "color": "#2d8a4e", "penwidth": "2"},
    "parameter": {"fillcolor": "#fdebd0", "color": "#c0761a", "style": "filled"},
    "input": {"fillcolor": "#f0f0f0", "color": "#808080", "style": "filled"},
    "constant": {"fillcolor": "#ffffff", "color": "#a0a0a0", "style": "filled,dashed"},
}
_DEEPEST = 16  # levels of the tree, before it goes on at the left margin


class Vertex(NamedTuple):
    """A box: its kind, its first line, and the lines below."""

    kind: str
    title: str
    details: tuple[str, ...]


class Edge(NamedTuple):
    """An arrow between two boxes, by their positions."""

    source: int
    target: int
    label: str


class GraphPicture:
    """The picture that `draw` returns. It holds text only, so the graph itself can be freed.

    In a notebook it shows itself; ``print(picture)`` writes a tree; ``.dot`` is its source for
    Graphviz; `save` writes a file.
    """

    def __init__(
        self,
        vertices: tuple[Vertex, ...],
        edges: tuple[Edge, ...],
        outputs: tuple[int, ...],
        direction: str = "TB",
    ) -> None:
        self.vertices = vertices
        self.edges = edges
        self.outputs = outputs
        self.direction = direction

    def __repr__(self) -> str:
        return f"GraphPicture({len(self.vertices)} nodes, {len(self.edges)} edges)"

    def __str__(self) -> str:
        return _tree(self)

    @property
    def dot(self) -> str:
        """The source in Graphviz's language. Needs the package ``graphviz``, but no program."""
        return self._source()

    def save(self, path: str | Path) -> Path:
        """Write the picture; the ending chooses svg, png, pdf, dot (or gv), or txt (the tree).

        Where nothing is installed that can lay out a graph, the source (.dot) and the tree (.txt)
        are written instead, with a warning that says how to get a picture.

        Returns
        -------
        Path
            The file that was written.

        Raises
        ------
        ValueError
            For another ending.

        Examples
        --------
        >>> x = tg.tensor(2.0, requires_grad=True)
        >>> tg.viz.draw(x * x).save("square.txt").name
        'square.txt'
        """
        path = Path(path)
        ending = path.suffix.lower().removeprefix(".")
        if ending == "txt":
            return _write(path, str(self) + "\n")
        if ending in ("dot", "gv"):
            return _write(path, self.dot)
        if ending not in _DRAWN:
            raise ValueError(
                f"save: cannot draw {path.name!r}; the name must end in "
                f"{', '.join('.' + known for known in _DRAWN)}, .dot or .txt"
            )
        drawn, problems = self._render(ending)
        if drawn is not None:
            path.write_bytes(drawn)
            return path
        written = [_write(path.with_suffix(".txt"), str(self) + "\n")]
        try:
            written.insert(0, _write(path.with_suffix(".dot"), self.dot))
        except ImportError as error:
            problems.append(str(error))
        warnings.warn(
            f"{path.name} was not drawn ({'; '.join(problems)}); wrote "
            f"{' and '.join(file.name for file in written)} instead. {HOW_TO_GET_PICTURES}",
            stacklevel=2,
        )
        return written[0]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What a notebook shows: the drawing, or the tree and how to get a drawing."""
        try:
            drawn, _ = self._render("svg")
        except Exception:  # a notebook would show the traceback in place of the result
            drawn = None
        if drawn is None:
            return {"text/plain": f"{self}\n\n{HOW_TO_GET_PICTURES}"}
        return {"text/plain": repr(self), "image/svg+xml": drawn.decode("utf-8")}

    def _render(self, ending: str) -> tuple[bytes | None, list[str]]:
        """The drawing, or None and what stood in the way of each renderer."""
        # 72 dots per inch are too coarse for pixels; the other formats are scaled by the viewer.
        try:
            source = self._source(dpi="144" if ending == "png" else None)
        except ImportError as error:
            return None, [str(error)]
        problems: list[str] = []
        graphviz = require("graphviz", extra="viz", what="viz.draw()")
        try:
            drawn: bytes = graphviz.Source(source).pipe(format=ending, quiet=True)
            return drawn, []
        except graphviz.ExecutableNotFound:
            problems.append("there is no program `dot`")
        except graphviz.CalledProcessError as error:
            problems.append(f"`dot` failed with status {error.returncode}")
        try:
            pygraphviz = require("pygraphviz", extra="render", what="drawing without `dot`")
        except ImportError:
            problems.append("pygraphviz is not installed")
        else:
            return pygraphviz.AGraph(string=source).draw(format=ending, prog="dot"), []
        return None, problems

    def _source(self, dpi: str | None = None) -> str:
        graphviz = require("graphviz", extra="viz", what="viz.draw()")
        graph = graphviz.Digraph(
            "computation",
            graph_attr={"rankdir": self.direction, "nodesep": "0.25", "ranksep": "0.35"},
            node_attr={
                "shape": "box",
                "style": "rounded,filled",
                "fontname": _FONT,
                "fontsize": "11",
                "margin": "0.12,0.06",
                "height": "0.3",
            },
            edge_attr={
                "color": "#707070",
                "arrowsize": "0.6",
                "fontname": _FONT,
                "fontsize": "9",
                "fontcolor": "#707070",
            },
        )
        if dpi is not None:
            graph.attr(dpi=dpi)
        for number, vertex in enumerate(self.vertices):
            graph.node(str(number), _quote(graphviz, vertex), **_STYLES[vertex.kind])
        for edge in self.edges:
            source = self.vertices[edge.source]
            label = {"label": f" {edge.label}"} if edge.label else {}
            # Heavy edges are drawn straight: the path of the data stands out from the parameters.
            weight = {} if source.kind in ("parameter", "constant") else {"weight": "8"}
            graph.edge(str(edge.source), str(edge.target), **label, **weight)
        return str(graph.source)


def _quote(graphviz: Any, vertex: Vertex) -> Any:
    """A label that shows the text as it is: no escapes, no entities, no HTML.

    Names are the user's and may hold anything; nothing of it is for Graphviz to interpret.
    """
    lines = (vertex.title, *vertex.details)
    literal = [graphviz.escape(line.replace("&", "&amp;")) for line in lines]
    return graphviz.nohtml("\\n".join(literal))


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _tree(picture: GraphPicture) -> str:
    """The graph as an indented tree; what was shown before is referred to by its number.

    The branches are ASCII, which every terminal and every file can hold.
    """
    inputs: dict[int, list[int]] = {}
    uses = [0] * len(picture.vertices)
    for edge in picture.edges:
        inputs.setdefault(edge.target, []).append(edge.source)
        uses[edge.source] += 1
    lines: list[str] = []
    shown: set[int] = set()
    deferred: list[int] = []  # what lies too deep, to go on with at the left margin
    # Each entry: a vertex, what stands before its branch, the branch, and whether more follow it;
    # the last entry is next.
    stack = [(root, "", "", False) for root in reversed(picture.outputs)]
    while stack:
        number, indent, branch, more = stack.pop()
        vertex = picture.vertices[number]
        below = inputs.get(number, [])
        text = ": ".join(filter(None, (vertex.title, ", ".join(vertex.details))))
        if below and (uses[number] > 1 or number in deferred):
            text = f"#{number} {text}"
        if below and number in shown:
            lines.append(f"{indent}{branch}{text} (above)")
        elif below and len(indent) >= 3 * _DEEPEST:
            lines.append(f"{indent}{branch}#{number} {vertex.title}: goes on below")
            deferred.append(number)
        else:
            lines.append(indent + branch + text)
            shown.add(number)
            if branch:
                indent += "|  " if more else "   "
            for position in reversed(range(len(below))):
                stack.append((below[position], indent, "+- ", position < len(below) - 1))
        if not stack:
            stack += [(root, "", "", False) for root in deferred if root not in shown][:1]
            lines += [""] if stack else []
    return "\n".join(lines)
