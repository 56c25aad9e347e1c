"""What was measured, as tables and as figures beside their targets (database.md, sections B.6 and E; issue C)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure
from benchmarks.vectors.bands import ALL
from benchmarks.vectors.clock import Compared, Searched, Times
from benchmarks.vectors.langchain import Peers

RECALL: Final = 0.95
OVERHEAD: Final = 1.3
GROWTH: Final = 2.0


@dataclass
class Measured:
    """One size, all that was found."""

    rows: int
    sizes: dict[str, int]  # bytes, by table and index
    bands: dict[str, Searched] = field(default_factory=dict)
    compared: dict[str, Compared] = field(default_factory=dict)
    peers: Peers | None = None


def show_bands(console: Console, title: str, measured: Measured) -> None:
    """One line for each filter."""
    sizes = measured.sizes
    index = next((size for name, size in sizes.items() if name.endswith("_vector")), 0)
    title = f"{title}: table {sizes.get('table', 0) / 2**20:,.0f} MiB, HNSW index {index / 2**20:,.0f} MiB"
    table = Table(title=title, title_justify="left")
    for column in ("filter", "recall@10", "rows missing", "p50 ms", "p95 ms", "server CPU ms"):
        table.add_column(column, justify="left" if column == "filter" else "right")
    for name, searched in measured.bands.items():
        times = searched.times
        numbers = (times.quantile(0.5), times.quantile(0.95), times.server_cpu)
        table.add_row(name, f"{searched.recall:.3f}", str(searched.missing), *(f"{number:.2f}" for number in numbers))
    console.print(table)


def figures_of(measured: Measured) -> list[Figure]:
    """The figures of one size that have a target, and what belongs to them."""
    at = f"{measured.rows:,}: "
    figures = recalls(measured, at)
    for name, compared in measured.compared.items():
        figures.append(
            Figure(
                f"{at}{name}, layer / psycopg2, p50",
                compared.layer.quantile(0.5) / compared.bare.quantile(0.5),
                OVERHEAD if name == ALL.name else None,
                at_most=True,
                digits=2,
            )
        )
        figures.append(Figure(f"{at}{name}, layer / psycopg2, CPU of both sides", _cpu_ratio(compared), digits=2))
    if measured.peers is not None:
        ratio = measured.peers.layer.quantile(0.5) / measured.peers.langchain.quantile(0.5)
        figures.append(Figure(f"{at}layer / PGVectorStore, p50", ratio, 1.0, at_most=True, digits=2))
        figures.append(Figure(f"{at}recall@10 of PGVectorStore", measured.peers.recall))
    return figures


def recalls(measured: Measured, at: str) -> list[Figure]:
    """The worst recall, and the rows that were not returned though they exist."""
    worst = min(measured.bands, key=lambda name: measured.bands[name].recall)
    missing = sum(searched.missing for searched in measured.bands.values())
    return [
        Figure(f"{at}least recall@10 ({worst})", measured.bands[worst].recall, RECALL),
        Figure(f"{at}rows that exist and were not returned", missing, 0, at_most=True, digits=0),
    ]


def growth(small: int, large: int, times: tuple[Times, Times]) -> list[Figure]:
    """How much longer a search without a filter takes in the larger crowd."""
    few, many = times
    span = f"from {small:,} to {large:,}"
    cpu = many.server_cpu / few.server_cpu
    return [
        Figure(f"growth {span}, server CPU", cpu, GROWTH, at_most=True, digits=2),
        Figure(f"growth {span}, p50", many.quantile(0.5) / few.quantile(0.5), digits=2),
    ]


def _cpu_ratio(compared: Compared) -> float:
    return _both(compared.layer) / _both(compared.bare)


def _both(times: Times) -> float:
    """Processor time of this process and of the server, milliseconds for one search; the mean: the clock is coarse."""
    return sum(times.own_cpu) / len(times.own_cpu) + (sum(times.cpu) / len(times.cpu) if times.cpu else 0.0)
