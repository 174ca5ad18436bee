"""`tinygrad-edu data`: what there is, where it is, and fetching it."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.data import DATASETS, fetch, path

__all__ = ["describe", "fetch_all", "table"]


def describe(data_dir: str | None = None) -> list[dict[str, Any]]:
    """The facts of each data set, and whether its files are here."""
    return [
        {
            "name": name,
            "title": dataset.title,
            "images": [dataset.train_size, dataset.test_size],
            "shape": list(dataset.shape),
            "classes": len(dataset.classes),
            "here": dataset.is_complete(data_dir),
            "path": str(path(name, data_dir)),
            "megabytes": round(sum(file.size for file in dataset.files) / 1e6, 1),
        }
        for name, dataset in DATASETS.items()
    ]


def table(facts: list[dict[str, Any]]) -> str:
    """The facts as lines for people."""
    lines = [f"{'name':<10}{'train':>8}{'test':>8}  {'shape':<13}{'classes':>7}  where"]
    for fact in facts:
        train, test = fact["images"]
        shape = " × ".join(map(str, fact["shape"]))
        where = fact["path"] if fact["here"] else f"not here; fetch gets {fact['megabytes']} MB"
        where = "in the package" if not fact["megabytes"] else where
        lines.append(
            f"{fact['name']:<10}{train:>8,}{test:>8,}  {shape:<13}{fact['classes']:>7}  {where}"
        )
    return "\n".join(lines)


def fetch_all(names: list[str], data_dir: str | None = None) -> list[str]:
    """Fetch what is not here, and return the folders."""
    return [str(fetch(name, data_dir)) for name in names]
