"""What the persona, the product's words and Kling's model do to a scene."""

import base64
import dataclasses
import io

import pytest
from openai_double import Double, scene, storyboard
from PIL import Image

import kling
from productvideo.scenes import Brief, ScenePlan, default_scenes, plans, write_scenes
from productvideo.scenes.limits import limits_for
from productvideo.scenes.lint import count_words, lint
from productvideo.scenes.plan import Plan


def write(brief: Brief, *answers: object) -> tuple[ScenePlan, Double]:
    double = Double(*answers)
    return write_scenes(brief, deadline=10.0, http_client=double.client), double


def rules(brief: Brief, prompt: str, negative_prompt: str = "") -> set[str]:
    """What the linter finds, also what it lets pass because it is the product's name."""
    known = {"model_name": brief.model_name, "description": brief.product_description, "avoid": brief.words_to_avoid}
    return {finding.rule for finding in lint(prompt, negative_prompt=negative_prompt, **known)}


# Claims and words to avoid


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "An organic morning"},
        {"description": "Waterproof, and 30% cheaper than others."},
        {"environment_motion": "Organic steam curls behind it.", "subject_motion": ""},
        {"mood": "Award-winning calm."},
        {"stillness": "stays unbreakable on the table"},
    ],
)
def test_a_claim_that_the_description_does_not_make_is_rejected_in_every_field(
    brief: Brief, changes: dict[str, str]
) -> None:
    modern = dataclasses.replace(brief, model_name="kling-v3")

    plan, double = write(modern, storyboard(scene(0, **changes), scene(1), scene(2)), storyboard(scene(3)))

    assert len(double.requests) == 2
    assert plan.source == "openai"
    assert plan.scenes[2].title == "Morning calm 3"
    assert "does not say this" in double.bodies[1]["messages"][1]["content"][0]["text"]


def test_a_claim_that_the_description_makes_may_be_repeated(brief: Brief) -> None:
    waterproof = dataclasses.replace(brief, product_description="A waterproof cup.")

    plan, double = write(waterproof, storyboard(scene(0, title="A waterproof morning"), scene(1), scene(2)))

    assert (plan.source, len(double.requests)) == ("openai", 1)


@pytest.mark.parametrize("field", ["title", "description", "environment_motion"])
def test_words_that_the_persona_avoids_are_rejected_in_every_field(brief: Brief, field: str) -> None:
    careful = dataclasses.replace(brief, words_to_avoid=("cosy", "guys"))
    draft = scene(0, **{field: "A Cosy light drifts by."})

    plan, double = write(careful, storyboard(draft, scene(1), scene(2)))

    assert len(double.requests) == 2
    assert plan.scenes[-1].source == "fallback" and "cosy" in plan.scenes[-1].detail.casefold()
    assert not any("cosy" in f"{idea.title} {idea.description} {idea.prompt}".casefold() for idea in plan.scenes)


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.code)
@pytest.mark.parametrize("avoid", ["first", "glide", "soft", "cup", "closer", "warm", "light", "shadow", "still"])
def test_a_default_scene_takes_other_words_where_the_persona_avoids_its_own(plan: Plan, avoid: str) -> None:
    brief = Brief(product_name="Blue cup", product_description="A cup.", plan=plan.code, words_to_avoid=(avoid,))

    scenes = default_scenes(brief, reason="Because.").scenes

    assert len({idea.title for idea in scenes}) == len({idea.description for idea in scenes}) == 3
    for idea in scenes:
        assert "avoided_word" not in rules(brief, f"{idea.title}. {idea.description} {idea.prompt}")


# The product's name


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("Add-on Logo 30% off", "The product"),
        ("Waterproof jacket", "jacket"),
        ("Remove it", "The product"),
        ("Vintage camera Zoom X", "The product"),
        ("The 5 second mug", "The product"),
        ("Orbit lamp", "The product"),
        ("Arc lamp", "The product"),
        ("No-spill cup", "The product"),
        ("8K TV", "The product"),
        ("100% Merino sweater", "The product"),
        ("手作りの陶器のカップとソーサーのセット", "手作りの陶器"),
        ("iPhone 15 case", "iPhone 15 case"),
    ],
)
@pytest.mark.parametrize("model", kling.MODELS)
def test_nothing_forbidden_comes_into_a_prompt_through_the_name(name: str, spoken: str, model: str) -> None:
    brief = Brief(product_name=name, product_description="A thing.", model_name=model)

    for idea in default_scenes(brief, reason="Because.").scenes:
        assert idea.prompt.startswith(f"{spoken} ")
        assert rules(brief, idea.prompt, idea.negative_prompt) == set()


# The persona's language


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("English", "Cup, the first look"),
        ("Deutsch", "Cup: der erste Blick"),
        ("German", "Cup: der erste Blick"),
        ("de-CH", "Cup: der erste Blick"),
        ("Deutsch (Österreich)", "Cup: der erste Blick"),
        ("Français", "Cup : le premier regard"),
        ("spanish", "Cup: la primera mirada"),
        ("Italiano", "Cup: il primo sguardo"),
        ("Suomi", "Cup, the first look"),
        ("", "Cup, the first look"),
    ],
)
def test_default_titles_are_in_the_persona_s_language_and_prompts_in_english(language: str, title: str) -> None:
    brief = Brief(product_name="Cup", product_description="d", plan="packshot", language=language)

    scenes = default_scenes(brief, reason="Because.").scenes

    assert scenes[0].title == title
    assert "Soft light glides across its surface." in scenes[0].prompt


# Kling's model


@pytest.mark.parametrize("model", [*kling.MODELS, "", "kling-v1"])
def test_a_prompt_keeps_the_words_that_the_model_heeds(brief: Brief, model: str) -> None:
    asked = dataclasses.replace(brief, model_name=model, product_name="Big blue mug of mine")
    long = "Morning light drifts slowly across the wooden table while thin curtains breathe in the wind behind it"
    drafts = [scene(number, environment_motion=f"{long} {number}", subject_motion="") for number in range(3)]

    plan, _ = write(asked, storyboard(scene(0), *drafts[1:]))

    bounds = limits_for(model)
    assert all(bounds.least_words <= count_words(idea.prompt) <= bounds.most_words for idea in plan.scenes)
    is_modern = model in kling.MODELS and kling.MODELS[model].title not in ("Kling 2.5 Turbo", "Kling 2.6")
    assert (bounds.least_words, bounds.most_words) == ((30, 60) if is_modern else (20, 40))
    assert (long in plan.scenes[2].prompt) is is_modern
    assert "Morning light drifts slowly" in plan.scenes[1].prompt


def test_a_model_that_takes_no_negative_prompt_gets_none(brief: Brief, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = dataclasses.replace(kling.MODELS["kling-v3"], name="kling-v9", negative_prompt=False)
    monkeypatch.setattr(kling, "MODELS", {**kling.MODELS, "kling-v9": plain})

    plan, _ = write(dataclasses.replace(brief, model_name="kling-v9"), storyboard(scene(0), scene(1)))

    assert {idea.source for idea in plan.scenes} == {"openai", "fallback"}
    assert {idea.negative_prompt for idea in plan.scenes} == {""}


def test_a_negative_prompt_is_a_short_list_of_nouns(brief: Brief) -> None:
    wishes = ["no logo", "without hands", "Дым", "organic steam", "extra cups", "smoke", "dust"]

    plan, _ = write(brief, storyboard(scene(0, negative_nouns=wishes, risk="none"), scene(1), scene(2)))

    assert plan.scenes[0].negative_prompt == "morphing, warped label, extra labels, text, extra cups, smoke"


# The photo


def test_the_photo_that_is_shown_is_small_and_says_nothing_of_its_owner(brief: Brief) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Jane Doe"
    out = io.BytesIO()
    Image.new("RGB", (3000, 2000), "red").save(out, "JPEG", exif=exif, comment=b"Jane Doe was here")
    photo = out.getvalue()

    _, double = write(dataclasses.replace(brief, image=photo), storyboard())

    address = double.bodies[0]["messages"][1]["content"][1]["image_url"]["url"]
    shown = base64.b64decode(address.partition(",")[2])
    assert b"Jane" in photo and b"Jane" not in shown
    assert max(Image.open(io.BytesIO(shown)).size) == 1024
