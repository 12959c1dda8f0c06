"""What holds for every text, whoever typed it: nothing raises, mending helps and ends, and it is quick."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prompts_by_hand import BAD, GOOD

from productvideo.scenes.lint import camera_words, lint

ABOUT = {
    "description": "A vegan soap, 100 g, not organic.",
    "name": "No. 5 soap",
    "avoid": ["cheap", "game changer", "便宜"],
    "others": ["The camera pushes in.", "Macro view. The camera tracks left."],
}
BY_HAND = (*GOOD, *(prompt for prompts in BAD.values() for prompt in prompts))
PARTS = sorted({part for prompt in BY_HAND for part in prompt.split(" ")})
CLAUSES = sorted({part for prompt in BY_HAND for sentence in prompt.split(".") for part in sentence.split(",")})
PROMPTS = (
    st.text(max_size=400)
    | st.lists(st.sampled_from(PARTS), max_size=60).map(" ".join)
    | st.lists(st.sampled_from(CLAUSES), max_size=8).map(". ".join)
    | st.lists(st.sampled_from(CLAUSES), max_size=8).map(" and ".join)
    | st.lists(st.sampled_from(CLAUSES), max_size=8).map(",".join)
)
MODELS = st.sampled_from(["", "kling-v2-6", "kling-v3", "unknown"])
NOUNS = st.sampled_from(["no text", "hands", "without", "no", "<<<a>>>", "a\u200bb", "", "x y"])
NEGATIVES = st.lists(NOUNS, max_size=10).map(", ".join)


def findings(prompt: str, negative: str, model_name: str) -> dict[tuple[str, str], str | None]:
    found = lint(prompt, negative_prompt=negative, model_name=model_name, **ABOUT)
    assert len({(one.rule, one.field) for one in found}) == len(found)
    return {(one.rule, one.field): one.mended for one in found}


@settings(deadline=None, max_examples=150)
@given(PROMPTS, NEGATIVES, MODELS)
def test_a_mend_puts_its_finding_right_and_brings_no_new_one(prompt: str, negative: str, model_name: str) -> None:
    found = findings(prompt, negative, model_name)

    for (rule, field), mended in found.items():
        if mended is not None:
            texts = {"prompt": prompt, "negative": negative} | {"prompt" if field == "prompt" else "negative": mended}
            after = findings(texts["prompt"], texts["negative"], model_name)
            assert (rule, field) not in after
            assert after.keys() <= found.keys()


@settings(deadline=None)
@given(PROMPTS, MODELS)
def test_mending_again_and_again_ends(prompt: str, model_name: str) -> None:
    for _step in range(15):
        mends = [mended for mended in findings(prompt, "", model_name).values() if mended is not None]
        if not mends:
            return
        prompt = mends[0]
    pytest.fail("it never ends")


@settings(deadline=None)
@given(st.text(), st.text(), st.lists(st.text()), st.lists(st.text()))
def test_no_text_makes_it_raise(prompt: str, about: str, avoid: list[str], others: list[str]) -> None:
    found = lint(
        prompt, model_name=about, description=about, name=about, negative_prompt=about, avoid=avoid, others=others
    )

    assert all(finding.sentence for finding in found)


@pytest.mark.parametrize(
    "bad", ["\ud800", "\x00", "<", "«", "'", "-", "no. 1", "\u0301", "İ", "ß" * 3, "ﬁ", "🇩🇪", "٣ s"]
)
def test_odd_characters_do_no_harm(bad: str) -> None:
    lint(bad * 50, name=bad, avoid=[bad], description=bad, others=[bad], negative_prompt=bad)


LONG = (
    *(
        "x",
        " ",
        "a,",
        "push-in ",
        "no ",
        '"',
        "<",
        "< ",
        "The camera pushes in. ",
        "5s ",
        "-30 % ",
        "organic ",
        "best, ",
    ),
    *(
        "\u200b",
        "镜头",
        "and then ",
        "a slow ",
        "\n",
        "it's ",
        "'a ",
        "move very very ",
        ". ",
        "- ",
        "«a ",
        "with the ",
    ),
)


@pytest.mark.parametrize("part", LONG)
def test_fifty_thousand_characters_take_no_time(part: str) -> None:
    text = part * (50_000 // len(part))

    def took() -> float:
        begun = time.process_time()
        lint(text, description=text, others=[text], avoid=["cheap", "game changer"])
        return time.process_time() - begun

    assert any(took() < 0.2 for _ in range(3))  # half of that on a calm machine


@pytest.mark.parametrize("prompt", [*GOOD, *BAD["one_move"], *BAD["risky_move"]])
def test_every_move_begins_with_one_of_the_words_that_are_looked_for(prompt: str) -> None:
    beginnings = {match.start() for match in camera_words.BEGINNING.finditer(prompt)}

    for _move, pattern in (*camera_words.NOUN_PATTERNS, *camera_words.VERB_PATTERNS):
        assert {match.start() for match in pattern.finditer(prompt)} <= beginnings
