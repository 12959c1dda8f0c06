"""The plans of shots: each file is whole, chosen for what it fits, and as careful as the others."""

import re
from itertools import product as pairs

import pytest

import kling
from productvideo.scenes import Brief, default_scenes, plan_for, plans
from productvideo.scenes.languages import SPELLINGS
from productvideo.scenes.limits import limits_for
from productvideo.scenes.lint import lint
from productvideo.scenes.moves import Move, moves_in
from productvideo.scenes.plan import FOLDER, Plan, Shot
from productvideo.scenes.prompts import camera_words, filled

SIX = {"packshot", "lifestyle", "craft", "food", "fashion", "tech"}
every_plan = pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.code)


def test_there_is_a_plan_for_each_kind_of_product_and_the_usual_one_is_first() -> None:
    assert {plan.code for plan in plans()} == SIX == {path.stem for path in FOLDER.iterdir()}
    assert plans()[0].code == "packshot"
    assert plan_for("food", "", "").label == "food and drink"


def test_the_usual_plan_is_a_push_in_a_macro_shot_and_a_pull_back() -> None:
    hero, detail, context = plan_for("", "Thing", "A thing.").slots

    assert (hero.moves[0], context.moves[0]) == ("push-in", "pull-back")
    assert "makes a macro tracking move right" in camera_words(detail.shot, detail.moves[0])


@every_plan
def test_a_plan_has_three_shots_twice_and_six_usual_moves(plan: Plan) -> None:
    for slots in (plan.slots, plan.second):
        assert [slot.shot for slot in slots] == list(Shot)
    assert len({slot.moves[0] for slot in plan.slots + plan.second}) == 6


@every_plan
def test_no_kind_of_move_belongs_to_two_kinds_of_shot(plan: Plan) -> None:
    owners = {(move.kind, slot.shot) for slot in plan.slots + plan.second for move in slot.moves}

    assert len({kind for kind, _ in owners}) == len(owners)


@every_plan
def test_the_small_arc_is_at_most_a_second_look(plan: Plan) -> None:
    assert all(slot.moves[0] != Move.ARC for slot in plan.slots)


@every_plan
def test_no_words_of_a_plan_are_used_twice(plan: Plan) -> None:
    slots = plan.slots + plan.second
    for field in ("title", "description", "motion"):
        assert len({getattr(slot, field) for slot in slots}) == 6
    for language in SPELLINGS:
        told = [slot.translations[language] for slot in slots]
        assert len({title for title, _ in told}) == len({description for _, description in told}) == 6


@every_plan
def test_a_default_scene_says_in_every_language_what_it_shows_and_names_the_product(plan: Plan) -> None:
    for slot in plan.slots + plan.second:
        for title, description in [(slot.title, slot.description), *slot.translations.values()]:
            assert "{name}" in title
            assert re.fullmatch(r"[^{}]{4,60}", title.replace("{name}", "Cup"))
            assert re.fullmatch(r"[^{}]{25,160}\.", description.replace("{name}", "Cup"))


@every_plan
def test_the_detail_is_a_macro_shot_and_only_the_detail(plan: Plan) -> None:
    scenes = default_scenes(Brief(product_name="Mug", product_description="A mug.", plan=plan.code), reason="").scenes

    assert ["macro" in scene.prompt for scene in scenes] == [False, True, False]


@every_plan
def test_default_prompts_break_no_rule_of_any_live_model(plan: Plan) -> None:
    for model, slot in pairs(kling.MODELS, plan.slots + plan.second):
        for move in slot.moves:
            prompt = filled(
                name="Big blue mug", stillness=slot.stillness, motion=slot.motion, shot=slot.shot, move=move
            )
            limits = limits_for(model)

            assert limits.least_words <= len(prompt.split()) <= limits.most_words
            assert moves_in(prompt) == [move]
            assert lint(prompt, model_name=model, description="A mug.", name="Big blue mug") == ()


@every_plan
def test_the_default_scenes_beside_each_other_break_no_rule(plan: Plan) -> None:
    brief = Brief(product_name="Mug", product_description="A mug.", plan=plan.code)
    scenes = default_scenes(brief, reason="").scenes

    for scene in scenes:
        others = [other.prompt for other in scenes if other != scene]
        assert lint(scene.prompt, description="A mug.", negative_prompt=scene.negative_prompt, others=others) == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Dark chocolate with sea salt", "food"),
        ("Tannenhonig aus dem Schwarzwald", "food"),
        ("Confiture d'abricots", "food"),
        ("Olive oil, 500 ml", "food"),
        ("抹茶", "food"),
        ("Linen summer dress", "fashion"),
        ("Lederschuhe", "fashion"),
        ("Sac à dos", "fashion"),
        ("Noise-cancelling headphones", "tech"),
        ("Funkkopfhörer", "tech"),
        ("Teclado mecánico", "tech"),
        ("Reading lamp", "lifestyle"),
        ("Ohrensessel", "lifestyle"),
        ("Espresso cup, hand-thrown", "craft"),
        ("Kochmesser", "craft"),
        ("Shampoo", "packshot"),
        ("Night cream", "packshot"),
        ("Eau de parfum", "packshot"),
        ("Cordless drill", "craft"),
        ("Something else", "packshot"),
        ("Guarantee committee praktisch these Durchmesser Preis", "packshot"),
    ],
)
def test_a_plan_is_chosen_by_the_product_s_name(name: str, code: str) -> None:
    assert plan_for("", name, "A stoneware vessel." if "cup" in name else "Something nice.").code == code


def test_the_description_counts_where_the_name_says_nothing() -> None:
    assert plan_for("", "Aurora", "A bluetooth speaker with a wireless charger.").code == "tech"
    assert plan_for("", "Aurora", "Goes well with coffee.").code == "packshot"
    assert plan_for("", "Linen dress", "Coffee, tea, chocolate, cheese and wine.").code == "fashion"


def test_a_plan_chosen_by_hand_is_kept_and_an_unknown_one_is_not() -> None:
    assert plan_for("tech", "Dark chocolate", "Chocolate and honey.").code == "tech"
    assert plan_for("gone", "Dark chocolate", "").code == "food"
