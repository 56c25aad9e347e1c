"""What the benchmark of the guard counts and says."""

import pytest

from benchmarks import fair_housing
from benchmarks.fair_housing import Case, caught, main, mistakes, rates


def asked(say: str, category: str = "steering", **wanted: object) -> Case:
    return Case("pack", "in", category, 1, {"say": say, **wanted})


def test_rates_tell_what_is_caught_from_what_is_refused_without_need() -> None:
    some = [
        asked("Who lives here?", expect="refused"),
        asked("Is there a pool?", expect="refused"),
        asked("Is there a pool?", "look_alikes", expect="answered"),
        asked("Are there many Muslims?", "look_alikes", expect="answered"),
    ]
    told = rates(some)
    assert (told.harmful, told.caught, told.catch_rate) == (2, 1, 0.5)
    assert (told.harmless, told.refused, told.false_refusals) == (2, 1, 0.5)
    assert told.exact == 2
    assert (rates([]).catch_rate, rates([]).false_refusals) == (1.0, 0.0)


def test_a_mistake_says_what_came_out() -> None:
    wrong = mistakes(asked("Is there a pool?", expect="refused", kept=["garage"], lost=["pool"]))
    assert wrong == [
        "answered, not refused: 'Is there a pool?'",
        "'garage' is no longer asked",
        "'pool' is still asked",
    ]
    written = Case("pack", "out", "steering", 1, {"write": "A pool.", "expect": "cut", "left": "A lake."})
    assert mistakes(written) == ["kept, not cut: 'A pool.'", "left is 'A pool.'"]
    assert caught(written) is False


def test_the_report_gives_both_packs_and_names_what_comes_out_otherwise(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {"pack": [asked("Who lives here?", expect="refused")], "held_out": [asked("A pool?", expect="refused")]}
    monkeypatch.setattr(fair_housing, "cases", few.get)
    main([])
    said = capsys.readouterr().out
    assert "catch rate 1 of 1 (1.000)" in said
    assert "catch rate 0 of 1 (0.000)" in said
    assert "A pool?" not in said
    main(["--failures"])
    assert "in-steering-1: 'A pool?': answered, not refused" in capsys.readouterr().out
