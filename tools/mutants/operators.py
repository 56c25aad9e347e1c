"""Which faults are put in.

cosmic-ray's faults, but for those that say nothing about the tests:

* between numbers only `+ - * /` are exchanged. A power, a shift, a remainder or an operation on bits in place of one of
  them is a slip that nobody makes, it fails at the first call, and there would be seven more of them for each sign;
* `|` is left alone. Here it stands in annotations (`int | None`), which nothing evaluates, and between dictionaries,
  where every other sign is a TypeError;
* `==` and the like are not exchanged for `is`: small numbers and short texts are often one object, so it changes
  nothing, and on a column of SQLAlchemy it is a constant. `is` and `is not` are exchanged for each other;
* a `not`, `-` or `~` is dropped, and `+` and `-` are exchanged; the other changes of these signs are TypeErrors.

Left out as well, and counted neither way, is what becomes of the bare `*` of a signature, which cosmic-ray takes for a
product: most of it is no Python any more.
"""

from __future__ import annotations

from typing import Final

_ARITHMETIC: Final = frozenset({"Add", "Sub", "Mul", "Div"})
_IDENTITY: Final = frozenset({"Is", "IsNot"})
_SIGNS: Final = frozenset({"UAdd", "USub"})
_WHOLE: Final = frozenset(
    {
        "AddNot",
        "ExceptionReplacer",
        "NumberReplacer",
        "RemoveDecorator",
        "ReplaceAndWithOr",
        "ReplaceBreakWithContinue",
        "ReplaceContinueWithBreak",
        "ReplaceFalseWithTrue",
        "ReplaceOrWithAnd",
        "ReplaceTrueWithFalse",
        "ZeroIterationForLoop",
    }
)


def is_used(operator: str) -> bool:
    """Whether an operator of cosmic-ray, by its name there (core/ReplaceBinaryOperator_Add_Sub), is in the set."""
    family, _, pair = operator.removeprefix("core/").partition("_")
    old, _, new = pair.partition("_")
    if family == "ReplaceBinaryOperator":
        return {old, new} <= _ARITHMETIC
    if family == "ReplaceComparisonOperator":
        return {old, new} <= _IDENTITY or not {old, new} & _IDENTITY
    if family == "ReplaceUnaryOperator":
        return old == "Delete" or {old, new} <= _SIGNS
    return family in _WHOLE
