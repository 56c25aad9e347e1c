"""The tokenizer, on a vocabulary small enough to read."""

from pathlib import Path

import pytest

from roomlens_models.wordpiece import WordPiece

PIECES = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "kit",
    "##chen",
    "##s",
    "bright",
    ",",
    "[",
    "]",
    "sep",
    "creme",
    "東",
    "a",
]


@pytest.fixture
def tokenizer() -> WordPiece:
    return WordPiece({piece: index for index, piece in enumerate(PIECES)})


def pieces_of(tokenizer: WordPiece, text: str) -> list[str]:
    return [PIECES[index] for index in tokenizer.ids(text)]


def test_a_word_is_cut_into_its_longest_known_pieces(tokenizer: WordPiece) -> None:
    assert pieces_of(tokenizer, "kitchens") == ["[CLS]", "kit", "##chen", "##s", "[SEP]"]


def test_a_word_with_an_unknown_rest_is_unknown_as_a_whole(tokenizer: WordPiece) -> None:
    assert pieces_of(tokenizer, "kitchenette bright") == ["[CLS]", "[UNK]", "bright", "[SEP]"]


def test_case_and_accents_are_dropped_and_punctuation_stands_alone(tokenizer: WordPiece) -> None:
    assert pieces_of(tokenizer, "BRIGHT,Crème") == ["[CLS]", "bright", ",", "creme", "[SEP]"]


def test_an_ideograph_is_a_word_of_its_own(tokenizer: WordPiece) -> None:
    assert pieces_of(tokenizer, "a東a") == ["[CLS]", "a", "東", "a", "[SEP]"]


def test_spelling_a_control_token_does_not_make_one(tokenizer: WordPiece) -> None:
    assert pieces_of(tokenizer, "[SEP]") == ["[CLS]", "[", "sep", "]", "[SEP]"]


@pytest.mark.parametrize("text", ["", " \t\n", "\x00\x1f\x7f", "\ud800\udfff", "\u200b\ufffd\ue000", "\u0301\u0301"])
def test_text_without_a_letter_gives_the_two_control_tokens(tokenizer: WordPiece, text: str) -> None:
    assert pieces_of(tokenizer, text) == ["[CLS]", "[SEP]"]


def test_control_characters_inside_a_word_do_not_split_it(tokenizer: WordPiece) -> None:
    assert pieces_of(tokenizer, "bri\x00gh\u00adt\ud83d") == ["[CLS]", "bright", "[SEP]"]


@pytest.mark.parametrize("text", ["a " * 50_000, "a" * 100_000, "(" * 100_000, "kitchens " * 12_000])
def test_a_text_of_100_kilobytes_fits_into_256_tokens(tokenizer: WordPiece, text: str) -> None:
    ids = tokenizer.ids(text)
    assert len(ids) <= 256
    assert PIECES[ids[0]] == "[CLS]"
    assert PIECES[ids[-1]] == "[SEP]"


def test_reading_stops_when_the_sequence_is_full(tokenizer: WordPiece, monkeypatch: pytest.MonkeyPatch) -> None:
    words = 0
    original = WordPiece._pieces

    def counted(self: WordPiece, word: str) -> list[int]:
        nonlocal words
        words += 1
        return original(self, word)

    monkeypatch.setattr(WordPiece, "_pieces", counted)
    tokenizer.ids("a " * 100_000)
    assert words == 254


def test_words_of_more_than_100_characters_are_unknown(tokenizer: WordPiece) -> None:
    assert pieces_of(tokenizer, "a" * 101 + " a") == ["[CLS]", "[UNK]", "a", "[SEP]"]


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u3000", "\t", "\n"])
def test_a_space_of_any_alphabet_parts_words(tokenizer: WordPiece, space: str) -> None:
    assert pieces_of(tokenizer, f"kit{space}bright") == ["[CLS]", "kit", "bright", "[SEP]"]


def test_a_vocabulary_is_read_in_the_order_of_its_ids(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.txt").write_text("\n".join(PIECES), encoding="utf-8")
    assert pieces_of(WordPiece.load(tmp_path / "vocabulary.txt"), "東 creme") == ["[CLS]", "東", "creme", "[SEP]"]
