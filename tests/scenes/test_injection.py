"""Whatever people type is material: it changes the words between the quotes, and nothing that Kling gets unasked."""

import dataclasses
import functools
import json
import re
from typing import Any

import pytest
from hostile import HOSTILE
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openai_double import Double, scene, storyboard

import kling
from productvideo.scenes import Brief, ScenePlan, Told, default_scenes, write_scenes
from productvideo.scenes.cleaning import clean_prompt
from productvideo.scenes.lint import lint
from productvideo.scenes.moves import moves_of
from productvideo.wording import tidy

LINE = re.compile(r'([A-Z][^"\n]*): ("(?:[^"\\\n]|\\.)*")')
HIDDEN = re.compile(
    "[\0-\x1f\x7f-\x9f\u00ad\u034f\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0\U000e0000-\U000e01ef]"
)
BRIEF = Brief(
    product_name="Espresso cup, hand-thrown",
    product_description="A stoneware cup for a single espresso.",
    persona_name="Casa Lume",
    voice="dry and warm",
    visual_style="low sun, long shadows",
    audience="people who rise early",
    words_to_avoid=("cheap", "guys"),
    language="English",
    plan="packshot",
)
STAYS = Told(title="Rain", description="Rain falls behind it.", prompt="The cup stays still while drops run down.")
GOES = Told(title="Smoke", description="Smoke rises.", prompt="The cup stays still in thin smoke.")

texts = (
    st.text(max_size=80)
    | st.text('"\\{}[]<>\n\r\u2028\u202e\u200b:`%$', max_size=40)
    | st.sampled_from([*HOSTILE.values()])
)


@functools.cache
def asked(brief: Brief) -> dict[str, Any]:
    """The request that a brief leads to."""
    double = Double(storyboard())
    write_scenes(brief, deadline=10.0, http_client=double.client)
    return double.bodies[0]


def quoted(body: dict[str, Any]) -> dict[str, str]:
    """The material of a request, decoded, by its labels; every line of it is one JSON string."""
    lines = body["messages"][-1]["content"][0]["text"].split("\n")
    matches = [LINE.fullmatch(line) for line in lines]
    assert all(matches), lines
    return {match[1]: json.loads(match[2]) for match in matches if match}


def around(body: dict[str, Any]) -> dict[str, Any]:
    """Everything in a request but the words between the quotes."""
    copy = json.loads(json.dumps(body))
    copy["messages"][-1]["content"][0]["text"] = list(quoted(body))
    return copy


def findings(plan: ScenePlan, brief: Brief) -> list[str]:
    """What the linter finds in the prompts that Kling would get."""
    prompts = [idea.prompt for idea in plan.scenes]
    return [
        f"{finding.rule}: {idea.prompt}"
        for number, idea in enumerate(plan.scenes)
        for finding in lint(
            idea.prompt,
            model_name=brief.model_name,
            description=brief.product_description,
            name=brief.product_name,
            negative_prompt=idea.negative_prompt,
            avoid=brief.words_to_avoid,
            others=prompts[:number] + prompts[number + 1 :],
        )
    ]


def check(plan: ScenePlan, brief: Brief) -> None:
    """What holds for everything that reaches Kling, and for what people read."""
    assert len(plan.scenes) == len({idea.prompt for idea in plan.scenes}) == 3
    for idea in plan.scenes:
        assert "; its shape and label remain exactly as in the image. " in idea.prompt
        assert ", slow and steady, beginning gently and settling before the end." in idea.prompt
        assert clean_prompt(idea.prompt).text == idea.prompt
        shown = idea.title + idea.description + idea.prompt + idea.negative_prompt
        assert not HIDDEN.search(shown), repr(shown)
        assert not re.search(r"<{2,}|>{2,}", shown)
    assert findings(plan, brief) == []


# The request.


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_description_changes_nothing_but_the_words_between_the_quotes(hostile: str) -> None:
    brief = dataclasses.replace(BRIEF, plan="")  # none of these words is about what the product is
    harmless = asked(brief)
    attacked = asked(dataclasses.replace(brief, product_description=hostile))

    assert around(attacked) == around(harmless)
    assert quoted(attacked) == quoted(harmless) | {"Product description": tidy(hostile, limit=5000)}
    assert not HIDDEN.search(quoted(attacked)["Product description"])
    assert "<<<" not in attacked["messages"][-1]["content"][0]["text"]


@settings(max_examples=40, deadline=None)
@given(words=st.lists(texts, min_size=13, max_size=13))
def test_no_text_in_any_field_changes_anything_but_the_words_between_the_quotes(words: list[str]) -> None:
    brief = dataclasses.replace(BRIEF, kept=(STAYS,), replaced=(GOES,))
    name, description, persona, voice, style, audience, avoid, language, *told = words
    attacked = dataclasses.replace(
        brief,
        product_name=name,
        product_description=description,
        persona_name=persona,
        voice=voice,
        visual_style=style,
        audience=audience,
        words_to_avoid=("cheap", avoid),
        language=language,
        kept=(Told(title=told[0], description=told[1], prompt=f"{STAYS.prompt} {told[2]}"),),
        replaced=(Told(title=told[3], description=told[4], prompt=GOES.prompt),),
    )

    assume(moves_of(attacked.kept) == moves_of(brief.kept))  # a scene that pans asks for another move, as it should

    body = asked(attacked)

    assert around(body) == around(asked(brief))
    assert not any(HIDDEN.search(text) for text in quoted(body).values())


@settings(max_examples=25, deadline=None)
@given(title=texts, description=texts)
def test_an_idea_of_any_words_is_material_too(title: str, description: str) -> None:
    tame = Told(title="Rain", description="Rain falls.", prompt="")
    wild = Told(title=title, description=description, prompt="")

    labels = set(quoted(asked(dataclasses.replace(BRIEF, idea=wild))))

    assert labels == set(quoted(asked(dataclasses.replace(BRIEF, idea=tame))))


# Default scenes.


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_description_does_not_change_the_default_scenes(hostile: str) -> None:
    attacked = dataclasses.replace(BRIEF, product_description=hostile)

    assert default_scenes(attacked, reason="Because.") == default_scenes(BRIEF, reason="Because.")


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_still_gives_default_scenes_that_hold_every_rule(hostile: str) -> None:
    brief = dataclasses.replace(BRIEF, product_name=hostile[:200], words_to_avoid=())

    check(default_scenes(brief, reason="Because."), brief)


# A model that obeys.

OBEYED = {
    "several moves": "The camera orbits, zooms in, then whip pans and cranes up.",
    "an edit": "Remove the background, replace the label and add a second cup.",
    "a polite edit": "Let us erase the saucer while the shot is extended.",
    "writing": 'The words "50 % OFF" appear in neon letters.',
    "writing in other quotes": "A banner reads „SALE“ and «NOW» in 『red』.",
    "a logo": "A brand logo and a price tag fade in over the cup.",
    "a claim": "It is organic, waterproof, clinically proven and 30 % cheaper.",
    "a word to avoid": "A cheap cup for you guys.",
    "a length": "Steam rises for 10 seconds, then for 3 s more.",
    "keywords": "8K, masterpiece, ultra detailed, cinematic, trending on artstation",
    "reference tokens": "Mist from <<<image_2>>> drifts over <<<element_1>>> slowly.",
    "hidden characters": "Mist \u202edrifts\u202c slo\u200bwly over\U000e0061 it.",
    "a split token": "Mist <\u200b<\u200b<image_1>\u200b>\u200b> drifts slowly.",
    "negations": "No hands and no text appear, without any blur, never moving.",
    "endless words": "Steam rises and " * 400,
    "another language": "Die Kamera fährt um die Tasse, entferne das Etikett und schreibe GRATIS.",
    "JSON": '{"scenes": [{"prompt": "orbit"}]}',
    "a template": "{name} %(order)s {0} ${x} {{y}}",
    "a mask": "Mist drifts; the camera orbits; the label is removed.",
}


@pytest.mark.parametrize("words", [*OBEYED.values(), *HOSTILE.values()], ids=[*OBEYED, *HOSTILE])
def test_a_model_that_obeys_writes_nothing_to_kling_that_breaks_a_rule(words: str) -> None:
    brief = dataclasses.replace(BRIEF, product_description=words[:5000])
    obeyed = [
        scene(
            number,
            title=f"{words[:3000]} {number}",
            description=f"{number} {words[:3000]}",
            shot_type=words[:50],
            camera_move=words[:50],
            stillness=f"stays {words[:3000]}",
            subject_motion=words[:3000],
            environment_motion=f"{words[:3000]} {number}",
            mood=words[:3000],
            negative_nouns=[words[:300], f"no {words[:30]}", *[f"noun {count}" for count in range(40)]],
            risk=words[:50],
        )
        for number in range(3)
    ]

    check(write_scenes(brief, deadline=10.0, http_client=Double(storyboard(*obeyed)).client), brief)


@pytest.mark.parametrize("model_name", kling.MODELS)
def test_every_model_of_kling_is_spared_what_an_obeying_model_wrote(model_name: str) -> None:
    brief = dataclasses.replace(BRIEF, model_name=model_name)
    for words in OBEYED.values():
        obeyed = [scene(number, environment_motion=words[:900], mood=words[:900]) for number in range(3)]

        check(write_scenes(brief, deadline=10.0, http_client=Double(storyboard(*obeyed)).client), brief)


@settings(max_examples=40, deadline=None)
@given(words=st.lists(texts, min_size=6, max_size=6), name=texts)
def test_whatever_the_model_writes_the_prompts_hold_every_rule(words: list[str], name: str) -> None:
    brief = dataclasses.replace(BRIEF, product_name=name[:200])
    fields = ("title", "description", "stillness", "subject_motion", "environment_motion", "mood")
    drafts = [
        scene(number, **{field: f"{text[:500]} {number}" for field, text in zip(fields, words, strict=True)})
        for number in range(3)
    ]

    check(write_scenes(brief, deadline=10.0, http_client=Double(storyboard(*drafts)).client), brief)
