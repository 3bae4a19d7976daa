"""The overview's words in both languages."""

from __future__ import annotations

from dashboard.pages.overview.wording import pieces, short_name
from dashboard.texts import LANGUAGES, catalogue, t


def test_every_text_is_there_in_both_languages() -> None:
    ours = {key: text for key, text in catalogue().items() if key.startswith(("overview.", "vocabulary."))}
    assert len(ours) > 150
    assert not [key for key, text in ours.items() if any(not text.get(language, "").strip() for language in LANGUAGES)]


def test_stress_marks_become_bold_pieces() -> None:
    assert pieces("a **b** c") == [("a ", False), ("b", True), (" c", False)]


def test_names_on_tiles_lose_the_word_for_their_level() -> None:
    assert short_name({"zh": "广州市", "en": "Guangzhou City"}, "zh") == "广州"
    assert short_name({"zh": "城区一分公司", "en": "x"}, "zh") == "城区一…"
    assert short_name({"zh": "x", "en": "Guangzhou City"}, "en") == "Guangzhou"
    assert short_name({"zh": "郊县", "en": "x"}, "zh") == "郊县"  # what would be left is too short to be a name


def test_values_of_cuts_have_words() -> None:
    assert t("vocabulary.mode.scene", "zh") == "场景触发"
