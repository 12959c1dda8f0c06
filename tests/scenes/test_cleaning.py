"""What is taken out of everybody's prompt, and nothing else."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from productvideo.scenes.cleaning import clean_prompt

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u2066\u2069\u061c\u180e\U000e0041\ue000\x00\x07\ud800\u3164"


@pytest.mark.parametrize(
    "token",
    [
        "<<<image_1>>>",
        "<<<element_2>>>",
        "<<image_1>>",
        "<<<<image_1>>>>",
        "< < <image_1> > >",
        "<<<im<<<age_1>>>",
        "<<<image_1>>><<<voice_1>>>",
        "<\u200b<\u200b<image_1>\u2060>>",
        "<<<im\u200bage_1>>>",
        "＜＜＜image_1＞＞＞",
        "＜<﹤image_1﹥＞>",
        "‹‹‹image_1›››",
        "≪≪≪image_1≫≫≫",
        "⋘image_1⋙",
        "⟪image_1⟫",
        "«image_1»",
        "⟨⟨⟨image_1⟩⟩⟩",
        "<<<\nimage_1\n>>>",
        "<\u0338<<image_1>>>",
        "<image_1>",
        "< element 2 >",
        "＜IMAGE_1＞",
        "<<<image_1",
        "image_1>>>",
    ],
)
def test_a_reference_token_loses_its_brackets_in_every_spelling(token: str) -> None:
    cleaned = clean_prompt(f"The cup {token} stays.")

    assert not set(cleaned.text) & set("<>＜＞﹤﹥‹›⟨⟩")
    assert cleaned.text.startswith("The cup ")
    assert cleaned.text.endswith(" stays.")
    assert "reference to another picture" in cleaned.changes[0]


def test_the_words_between_the_brackets_stay() -> None:
    assert clean_prompt("The cup <<<image_1>>> stays.").text == "The cup image_1 stays."


@pytest.mark.parametrize("sign", INVISIBLE)
def test_a_character_that_nobody_sees_is_dropped_and_told(sign: str) -> None:
    cleaned = clean_prompt(f"The c{sign}up stays.")

    assert cleaned.text == "The cup stays."
    [sentence] = cleaned.changes
    assert sentence.startswith("Taken out: 1 character that nobody sees (")


def test_a_change_names_what_was_taken_out() -> None:
    cleaned = clean_prompt("The \u202ecup\u200b\u200b <<<image_1>>> stays.")

    assert cleaned.changes == (
        "Taken out: the brackets <<<, >>>, which Kling would read as a reference to another picture.",
        "Taken out: 3 characters that nobody sees (right-to-left override, zero width space).",
    )


def test_of_many_kinds_only_the_first_are_named() -> None:
    [sentence] = clean_prompt("a\u200b\u200e\u2066\u2067\u2068b").changes

    assert sentence.endswith("(zero width space, left-to-right mark, left-to-right isolate …).")


def test_line_breaks_and_tabs_become_one_space_each() -> None:
    cleaned = clean_prompt("The cup\r\nstays.\tThe camera\npushes in.")

    assert cleaned.text == "The cup stays. The camera pushes in."
    assert cleaned.changes == ("Line breaks and tabs became spaces.",)


@pytest.mark.parametrize(
    "text",
    [
        "The cup stays fixed;  two spaces, “quotes” – and a dash…",
        "Schöne Tasse, façon café, naïve São Tomé; 1 < 2 and 3 > 2, a <b>bold</b><i>word</i>, I <3 it",
        "un « beau » ‹ verre ›, 《红楼梦〈一〉》",
        "می\u200cخواهم",
        "क्\u200dष",
        "👩\u200d🍳 ❤\ufe0f\u200d🔥 👩🏽\u200d🔬 1\ufe0f\u20e3 🇩🇪",
        "镜头缓慢推近。カメラ\u3000ゆっくり",
        "e\u0301 and \u00a0 no-break",
    ],
)
def test_everything_else_stays_byte_for_byte(text: str) -> None:
    cleaned = clean_prompt(text)

    assert cleaned.text == text
    assert cleaned.changes == ()


@pytest.mark.parametrize(
    "text", ["or\u200cganic", "\u200dcup", "cup\u200c", "a \u200d b", "<\u200d<\u200d<image_1>>>"]
)
def test_a_joiner_that_joins_nothing_is_dropped(text: str) -> None:
    assert not set(clean_prompt(text).text) & set("\u200c\u200d")


TRICKY = (
    st.text(st.sampled_from("<<<>>>＜＞ \n_1imageelement\u200b\u200d\u200c\ufe0f\u0338👩🔥ا😀\u202e\x00ab"))
    | st.text()
)


@given(TRICKY)
@example("<<>><")
@example("<image_<image_1>>")
@example("<<image_1>2>")
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_prompt(text)

    assert clean_prompt(once.text).text == once.text
    assert clean_prompt(once.text).changes == ()
    assert bool(once.changes) == (once.text != text)


@given(TRICKY)
def test_what_is_left_can_be_sent_and_hides_nothing(text: str) -> None:
    cleaned = clean_prompt(text).text

    cleaned.encode()
    assert "<<" not in cleaned
    assert ">>" not in cleaned
    assert not {unicodedata.category(sign) for sign in cleaned if sign not in "\u200c\u200d"} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
    }
    assert [sign for sign in text if sign.isascii() and sign.isalnum()] == [
        sign for sign in cleaned if sign.isascii() and sign.isalnum()
    ]
