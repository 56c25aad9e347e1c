"""What has become of the claims of an answer"""

from roomlens.chat.claims import compare
from roomlens.schemas import Citation


def claim(sentence: str, *image_ids: int) -> Citation:
    return Citation(sentence=sentence, image_ids=list(image_ids))


def test_case_and_punctuation_and_the_order_of_photos_are_no_change() -> None:
    changes = compare([claim("A sofa, and a lamp.", 1, 2)], [claim("a sofa and a lamp", 2, 1)])
    assert changes.kept == [claim("a sofa and a lamp", 2, 1)]
    assert (changes.reworded, changes.added, changes.removed) == ([], [], [])


def test_other_words_on_the_same_photos_are_the_same_claim() -> None:
    old, new = claim("The kitchen: 0.78.", 1), claim("The kitchen: 0.79.", 1)
    (reworded,) = compare([old], [new]).reworded
    assert (reworded.before, reworded.after) == (old, new)


def test_the_same_words_on_other_photos_are_another_claim() -> None:
    old, new = claim("A sofa.", 1), claim("A sofa.", 1, 2)
    changes = compare([old], [new])
    assert (changes.removed, changes.added, changes.kept) == ([old], [new], [])


def test_each_claim_is_counted_once_and_equal_ones_find_each_other_first() -> None:
    first, second, third = claim("A sofa.", 1), claim("A lamp.", 1), claim("A rug.", 1)
    changes = compare([first, second, second], [third, second])
    assert (changes.kept, changes.added, changes.removed) == ([second], [], [second])
    assert [(one.before, one.after) for one in changes.reworded] == [(first, third)]
