"""Scenes beside others: written again, one more, or from an idea; they differ from what stays and from what goes."""

import dataclasses
import re

import pytest
from openai_double import Double, error, scene, storyboard

from productvideo.scenes import Brief, SceneIdea, ScenePlan, Told, default_scenes, rewrite_prompt, write_scenes

MOVES = r"push-in|pull-back|pan (?:right|left)|tilt (?:up|down)|tracking move (?:right|left)|slow arc"


def told(idea: SceneIdea) -> Told:
    return Told(title=idea.title, description=idea.description, prompt=idea.prompt)


def write(brief: Brief, *answers: object, count: int = 1) -> tuple[ScenePlan, Double]:
    double = Double(*answers)
    return write_scenes(brief, count=count, deadline=10.0, http_client=double.client), double


@pytest.fixture
def three(brief: Brief) -> tuple[Told, ...]:
    return tuple(map(told, default_scenes(brief, reason="").scenes))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_scene_written_again_moves_like_no_other(brief: Brief, three: tuple[Told, ...], number: int) -> None:
    old = three[number]
    others = tuple(scene for scene in three if scene != old)

    plan, double = write(dataclasses.replace(brief, kept=others, replaced=(old,)), storyboard(scene(5)))

    [idea] = plan.scenes
    moves = [re.search(MOVES, words.prompt)[0] for words in (*three, told(idea))]
    assert len(set(moves)) == 4
    assert (plan.source, idea.source) == ("openai", "openai")
    assert "Write exactly one scene" in double.bodies[0]["messages"][0]["content"]
    form = double.bodies[0]["response_format"]["json_schema"]["schema"]["properties"]["scenes"]
    assert (form["minItems"], form["maxItems"]) == (1, 1)


def test_the_model_is_told_what_stays_and_what_goes_as_quoted_words(brief: Brief, three: tuple[Told, ...]) -> None:
    _, double = write(dataclasses.replace(brief, kept=three[1:], replaced=three[:1]), storyboard(scene(5)))

    material = double.bodies[0]["messages"][1]["content"][0]["text"]
    assert f'Scene 1 that stays: "{three[1].title}' in material
    assert f'Scene 1 that goes: "{three[0].title}' in material


def test_an_answer_that_repeats_what_stays_is_asked_for_again_and_not_taken(
    brief: Brief, three: tuple[Told, ...]
) -> None:
    copy = scene(5, title=three[1].title, description=three[1].description)

    plan, double = write(dataclasses.replace(brief, kept=three), storyboard(copy))

    assert len(double.requests) == 2
    assert plan.source == "fallback"
    assert plan.scenes[0].prompt not in {scene.prompt for scene in three}


def test_without_openai_six_scenes_are_still_six_different_ones(brief: Brief, three: tuple[Told, ...]) -> None:
    plan, _ = write(dataclasses.replace(brief, kept=three), error(500), count=3)

    words = [*three, *map(told, plan.scenes)]
    for field in ("title", "description", "prompt"):
        assert len({getattr(scene, field) for scene in words}) == 6
    assert len({re.search(MOVES, scene.prompt)[0] for scene in words}) == 6


def test_a_single_default_scene_says_so_in_the_singular(brief: Brief) -> None:
    plan, _ = write(brief, error(401, "invalid_api_key"))

    assert plan.detail == (
        "OpenAI refused the API key, so this is a default scene; "
        "check OPENAI_API_KEY in .env, and start again when it is right."
    )


def test_a_move_that_a_person_wrote_is_not_made_again(brief: Brief) -> None:
    own = Told(title="Mine", description="", prompt="The camera slowly pushes in towards the cup.")

    plan, _ = write(dataclasses.replace(brief, kept=(own,)), error(401))

    assert "push-in" not in plan.scenes[0].prompt


def test_a_prompt_from_an_idea_keeps_the_idea_and_takes_the_model_s_motion(brief: Brief) -> None:
    idea = Told(title="Rain", description="Rain falls behind the cup.", prompt="The camera makes a pull-back.")
    double = Double(storyboard(scene(0, title="Other", environment_motion="Drops run down the window.")))

    plan = rewrite_prompt(brief, idea, deadline=10.0, http_client=double.client)

    [written] = plan.scenes
    assert (written.title, written.description) == ("Rain", "Rain falls behind the cup.")
    assert "Drops run down the window." in written.prompt and "pull-back" in written.prompt
    assert "The idea" in double.bodies[0]["messages"][0]["content"]


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("Rain falls softly behind the cup.", "Rain falls softly behind the cup."),
        ("The camera tilts up. Steam rises.", "Steam rises. The camera makes a tilt up,"),
        ("Add a logo and the text SALE.", "Soft light glides across its surface."),
        ("", "Soft light glides across its surface."),
    ],
)
def test_without_openai_the_idea_itself_is_filmed_as_far_as_the_rules_allow(
    brief: Brief, description: str, words: str
) -> None:
    double = Double(error(500))

    plan = rewrite_prompt(
        brief, Told(title="T", description=description, prompt=""), deadline=3.0, http_client=double.client
    )

    assert words in plan.scenes[0].prompt
    assert len(re.findall(MOVES, plan.scenes[0].prompt)) == 1
    assert "put together from the idea alone" in plan.detail
