"""The class names."""

import pytest

from roomlens_models.imagenet import class_indices, class_names


def test_there_are_a_thousand_named_classes() -> None:
    assert len(class_names()) == 1000
    assert all(class_names())


def test_classes_stand_where_the_network_was_trained_to_find_them() -> None:
    # Three fixed points of the ILSVRC 2012 order.
    assert class_indices(["tench", "stove", "toilet tissue"]) == [0, 827, 999]


@pytest.mark.parametrize("name", ["crane", "maillot"])
def test_a_name_that_two_classes_share_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="2 ImageNet classes"):
        class_indices([name])


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="0 ImageNet classes"):
        class_indices(["swimming pool"])
