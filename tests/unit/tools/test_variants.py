"""The variants of the template that the proofs look at leave no condition out."""

from collections.abc import Mapping
from typing import Any

from rig.intrinsics import Resolver
from rig.template_source import parameter_values
from tools.check_cloud.excuses import excuses
from tools.check_cloud.variants import VARIANTS, source


def conditions(given: Mapping[str, str]) -> dict[str, bool]:
    template: Mapping[str, Any] = source()
    values = parameter_values(template["Parameters"], given)
    resolver = Resolver({**values, "AWS::NoValue": None}, lambda *_: "", template["Conditions"], {})
    return {name: resolver.condition(name) for name in template["Conditions"]}


def test_each_condition_holds_in_one_variant_and_not_in_another() -> None:
    seen = [conditions(given) for given in VARIANTS.values()]
    assert [name for name in seen[0] if {one[name] for one in seen} != {False, True}] == []


def test_each_excuse_has_its_reason() -> None:
    assert all(excuse.where and excuse.why for excuse in excuses())
