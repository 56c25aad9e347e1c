"""What `benchmarks.retrieval` prints: a table by kind of question, figures beside targets, and the worst answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, show_figures
from benchmarks.queries import Kind
from benchmarks.retrieval_scores import Outcome, marked, mean_precision, mean_reciprocal_rank, of_kinds, without
from roomlens.search import Mode, Relevance

# By what a photo shows, and by what its listing is called.
BY_MEANING = (Kind.PLAIN, Kind.NATURAL, Kind.SYNONYM, Kind.TYPO, Kind.ABSTRACT, Kind.THING)
BY_NAME = (Kind.NAME, Kind.ADDRESS, Kind.REFERENCE, Kind.RARE)
_WORST = 8


def report(
    console: Console,
    photos: int,
    outcomes: Mapping[Mode, Sequence[Outcome]],
    likeness: Mapping[str, tuple[float, float]],
) -> None:
    """Prints everything. `likeness`: of each way to ask with a picture, the same room's share and the thing's."""
    some = next(iter(outcomes.values()))
    questions = sum(outcome.asked.kind is not None for outcome in some)
    console.print(_by_kind(f"{photos} photos, {questions} questions: precision@5 / MRR", outcomes))
    show_figures(console, "targets", figures(outcomes))
    if likeness:
        table = Table("like this, but", "same room", "has the thing", title="first five", title_justify="left")
        for name, shares in likeness.items():
            table.add_row(name, *(f"{share:.2f}" for share in shares))
        console.print(table)
    for mode, answered in outcomes.items():
        worst = sorted(
            (one for one in answered if one.asked.kind), key=lambda one: (one.precision, one.reciprocal_rank)
        )
        told = ", ".join(f"{one.asked.text!r} {one.precision:.1f}" for one in worst[:_WORST])
        console.print(f"worst, {mode}: {told}")
    for mode, answered in outcomes.items():
        fooled = [one.asked.text for one in answered if not one.asked.kind and one.best_mark() is Relevance.STRONG]
        console.print(f"nonsense with a strong hit, {mode}: {', '.join(fooled) or 'none'}")


def _by_kind(title: str, outcomes: Mapping[Mode, Sequence[Outcome]]) -> Table:
    table = Table("questions", "number", *outcomes, title=title, title_justify="left")
    for kind in Kind:
        cells, number = [], 0
        for answered in outcomes.values():
            mine = of_kinds(answered, [kind])
            number = len(mine)
            cells.append(f"{mean_precision(mine):.2f} / {mean_reciprocal_rank(mine):.2f}")
        if number:
            table.add_row(kind, str(number), *cells)
    return table


def figures(outcomes: Mapping[Mode, Sequence[Outcome]]) -> list[Figure]:
    """The numbers that have targets, of the modes that were asked."""
    found: list[Figure] = []
    if Mode.VECTOR in outcomes and Mode.HYBRID in outcomes:
        for name, kinds in (("by meaning", BY_MEANING), ("by name", BY_NAME)):
            vector, hybrid = (of_kinds(outcomes[mode], kinds) for mode in (Mode.VECTOR, Mode.HYBRID))
            least = 0.0 if kinds is BY_MEANING else 0.1
            found += [
                Figure(f"{name}: precision@5, hybrid", mean_precision(hybrid)),
                Figure(f"{name}: hybrid less vector", mean_precision(hybrid) - mean_precision(vector), least),
                Figure(f"{name}: MRR, hybrid", mean_reciprocal_rank(hybrid)),
                Figure(
                    f"{name}: hybrid less vector, MRR",
                    mean_reciprocal_rank(hybrid) - mean_reciprocal_rank(vector),
                    least,
                ),
            ]
    for mode, answered in outcomes.items():
        found += _marks(mode, answered)
    return found


def _marks(mode: Mode, answered: Sequence[Outcome]) -> list[Figure]:
    nonsense = [one for one in answered if one.asked.kind is None]
    asked = of_kinds(answered, BY_MEANING)
    return [
        Figure(f"{mode}: nonsense without a strong hit", without(nonsense, Relevance.STRONG), 1.0),
        Figure(f"{mode}: nonsense without any hit but noise", without(nonsense, Relevance.STRONG, Relevance.WEAK)),
        Figure(f"{mode}: right hits marked strong", marked(asked, Relevance.STRONG, right=True)),
        Figure(
            f"{mode}: right hits marked strong or weak", marked(asked, Relevance.STRONG, Relevance.WEAK, right=True)
        ),
        Figure(f"{mode}: wrong hits marked strong", marked(asked, Relevance.STRONG, right=False)),
    ]
