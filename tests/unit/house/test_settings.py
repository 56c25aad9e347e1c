"""The README's table of settings is what the functions read and what the template gives them."""

import re
from collections import Counter
from typing import NamedTuple

from pydantic_settings import BaseSettings

from roomlens import settings
from tests.unit.house.project import ROOT, stack

_ROW = re.compile(r"^\| `([A-Z][A-Z0-9_]*)` \|([^|]*)\|", re.MULTILINE)


class Setting(NamedTuple):
    """A variable; `default` is None when there is none."""

    name: str
    default: str | None


def rows_of_the_readme() -> list[Setting]:
    _, _, section = (ROOT / "README.md").read_text().partition("\n## Settings\n")
    rows = _ROW.findall(section.partition("\n## ")[0])
    return [Setting(name, default.strip() or None) for name, default in rows]


def read_by_the_layer() -> list[Setting]:
    groups = [kind for kind in vars(settings).values() if isinstance(kind, type) and issubclass(kind, BaseSettings)]
    return [
        Setting(name.upper(), None if field.is_required() or field.default is None else str(field.default))
        for group in groups
        for name, field in group.model_fields.items()
    ]


def set_by_the_template() -> dict[str, str]:
    return {name: value for function in stack().functions.values() for name, value in function.environment.items()}


def named_by_the_template() -> set[str]:
    """Under whatever condition: no one stack has all of them."""
    from rig.template_source import read

    template = read(ROOT / "template.yaml")
    parts = [template["Globals"]["Function"], *(one.get("Properties", {}) for one in template["Resources"].values())]
    return {name for part in parts for name in part.get("Environment", {}).get("Variables", {})}


def test_every_setting_has_its_row_with_its_default_and_every_row_its_setting() -> None:
    read = read_by_the_layer()
    names = {setting.name for setting in read}
    constants = [Setting(name, value) for name, value in set_by_the_template().items() if name not in names]
    assert Counter(rows_of_the_readme()) == Counter([*read, *constants])


def test_a_setting_without_a_default_is_given_by_the_template() -> None:
    required = {setting.name for setting in read_by_the_layer() if setting.default is None}
    assert required <= named_by_the_template()


def test_the_template_repeats_no_default() -> None:
    defaults = {setting.name for setting in read_by_the_layer() if setting.default is not None}
    assert defaults & set(set_by_the_template()) == set()


def test_no_name_of_a_setting_is_read_by_two_groups() -> None:
    names = [setting.name for setting in read_by_the_layer()]
    assert len(names) == len(set(names))


def test_a_parameter_that_names_a_hosted_model_has_the_setting_s_default() -> None:
    """The policies need the names too, so these stand in both."""
    from rig.template_source import declared_parameters

    settings = {setting.name.replace("_", ""): setting.default for setting in read_by_the_layer()}
    declared = {name.upper(): said["Default"] for name, said in declared_parameters(ROOT / "template.yaml").items()}
    named = {name: default for name, default in declared.items() if re.fullmatch("BEDROCK.+MODEL", name)}
    assert len(named) == 4
    assert named.items() <= settings.items()


def test_a_look_by_hosted_models_ends_within_every_function_that_looks() -> None:
    """At worst: a second to connect, and then the whole of each time limit, one call after the other."""
    from roomlens.bedrock import CONNECT_SECONDS

    hosted = settings.BedrockSettings()
    look = CONNECT_SECONDS + hosted.bedrock_vision_seconds + 2 * (CONNECT_SECONDS + hosted.bedrock_embedding_seconds)
    shortest = min(stack().function(name).timeout for name in ("upload", "inference", "analyze_photo"))
    assert look + 3 <= shortest  # and decoding, S3 and the database


def test_an_answer_by_a_hosted_model_ends_within_the_functions_that_answer() -> None:
    hosted = settings.BedrockChatSettings()
    shortest = min(stack().function(name).timeout for name in ("chat", "answer_message"))
    assert hosted.bedrock_turn_seconds + 5 <= shortest  # and the search within it, S3 and the database
