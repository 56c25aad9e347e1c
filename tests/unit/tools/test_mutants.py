"""The mutation check: which faults it puts in, and what it looks at (cosmic-ray itself is not needed here)."""

import pytest

from tools.mutants.modules import MODULES, ROOT
from tools.mutants.operators import is_used


@pytest.mark.parametrize(
    "operator",
    [
        "core/AddNot",
        "core/NumberReplacer",
        "core/ReplaceAndWithOr",
        "core/ReplaceBinaryOperator_Add_Sub",
        "core/ReplaceComparisonOperator_Lt_LtE",
        "core/ReplaceComparisonOperator_Is_IsNot",
        "core/ReplaceUnaryOperator_Delete_Not",
        "core/ReplaceUnaryOperator_USub_UAdd",
    ],
)
def test_a_fault_that_somebody_might_make_is_put_in(operator: str) -> None:
    assert is_used(operator)


@pytest.mark.parametrize(
    "operator",
    [
        "core/ReplaceBinaryOperator_BitOr_Add",
        "core/ReplaceBinaryOperator_Mul_Pow",
        "core/ReplaceBinaryOperator_Add_RShift",
        "core/ReplaceComparisonOperator_Eq_Is",
        "core/ReplaceComparisonOperator_Is_Lt",
        "core/ReplaceUnaryOperator_USub_Not",
        "core/VariableInserter",
        "core/AnOperatorOfALaterVersion",
    ],
)
def test_nonsense_is_not_put_in(operator: str) -> None:
    assert not is_used(operator)


@pytest.mark.parametrize("name", MODULES)
def test_what_is_mutated_and_what_has_to_notice_are_there(name: str) -> None:
    named = [path for part in MODULES[name] for path in (*part.files, *part.tests)]
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_all_code_of_photos_is_mutated() -> None:
    package = (ROOT / "layers/core/roomlens/photos").glob("*.py")
    mutated = {ROOT / file for part in MODULES["photos"] for file in part.files}
    assert {path for path in package if path.name != "__init__.py"} == mutated
