"""What the rules say of good prompts (nothing) and of bad ones, and what they take for a claim, a shot or a move."""

import pytest
from prompts_by_hand import BAD, GOOD

from productvideo.scenes import Brief, default_scenes
from productvideo.scenes.lint import Finding, count_words, lint, moves_of, shot_of

PUSH = "The camera pushes in."


def rules(prompt: str, **about: object) -> list[str]:
    return [finding.rule for finding in lint(prompt, **about)]


def mend(prompt: str, rule: str, **about: object) -> str | None:
    [finding] = [finding for finding in lint(prompt, **about) if finding.rule == rule]
    return finding.mended


@pytest.mark.parametrize("prompt", GOOD)
def test_of_a_good_prompt_no_rule_says_anything(prompt: str) -> None:
    assert lint(prompt) == ()


@pytest.mark.parametrize(("rule", "prompt"), [(rule, prompt) for rule, prompts in BAD.items() for prompt in prompts])
def test_a_bad_prompt_breaks_its_rule_and_no_other(rule: str, prompt: str) -> None:
    [finding] = lint(prompt)

    assert (finding.rule, finding.field) == (rule, "prompt")
    assert finding.mended is not None
    assert lint(finding.mended) == ()


@pytest.mark.parametrize("name", ["Espresso cup, hand-thrown", "Organic No. 5 frying pan", "Zoom Orbit", "Ü", ""])
def test_our_default_scenes_break_no_rule(name: str) -> None:
    ideas = default_scenes(Brief(product_name=name, product_description=""), reason="").scenes

    for idea in ideas:
        others = [other.prompt for other in ideas if other is not idea]
        assert lint(idea.prompt, name=name, negative_prompt=idea.negative_prompt, others=others) == ()


def test_a_finding_is_a_sentence_and_the_gravest_comes_first() -> None:
    found = lint("The organic cup <<<image_1>>> stays for 5 seconds.", negative_prompt="no text")

    assert [finding.rule for finding in found] == ["reference_token", "claim", "one_move", "seconds", "negative_list"]
    assert all(finding.sentence.endswith(".") for finding in found)
    assert found[-1] == Finding(
        rule="negative_list",
        sentence="A negative prompt names things, without “no”: “text”, not “no text”.",
        mended="text",
        field="negative_prompt",
    )


# Camera moves


@pytest.mark.parametrize(
    ("prompt", "moves"),
    [
        ("The camera pans left, then right.", ("pan left", "pan right")),
        ("The camera pans left then tilts up.", ("pan left", "tilt up")),
        ("The camera pans left while steam rises, then tilts up.", ("pan left", "tilt up")),
        ("A slow dolly push-in.", ("push-in",)),
        ("The camera dollies to the right.", ("tracking right",)),
        ("The camera glides around the cup.", ("orbit",)),
        ("We glide past the bottle from right to left.", ("tracking left",)),
        ("The camera pushes in, then holds still.", ("push-in",)),
        ("The camera pushes in with a slight handheld feel.", ("push-in",)),
        ("The camera does not move.", ("locked",)),
        ("No zoom, no pan; the camera stays fixed.", ("locked",)),
        ("No orbit, just a slow push-in.", ("push-in",)),
        ("The bottle tilts, rises and rolls left; light pans across the wall.", ()),
        ("Steam drifts towards the camera and rises.", ()),
        ("The frying pan is on the track beside the crane and the zoom lens.", ()),
        ("镜头缓慢推近。", ("push-in",)),
        ("固定镜头，蒸汽上升。", ("locked",)),
        ("Die Kamera fährt langsam zurück.", ("pull-back",)),
        ("La caméra s'approche lentement.", ("push-in",)),
        ("", ()),
    ],
)
def test_moves_are_read_as_people_write_them(prompt: str, moves: tuple[str, ...]) -> None:
    assert moves_of(prompt) == moves


def test_of_two_moves_the_first_stays_and_the_rest_of_the_sentence_too() -> None:
    assert mend("Steam rises. The camera pans left then tilts up, slow and steady.", "one_move") == (
        "Steam rises. The camera pans left, slow and steady."
    )


def test_where_no_move_is_told_a_slow_push_in_is_added() -> None:
    assert mend("Steam rises from the cup.", "one_move") == (
        "Steam rises from the cup. The camera makes a push-in, slow and steady, beginning gently and settling before"
        " the end."
    )


def test_the_move_that_is_added_is_none_of_the_other_scenes() -> None:
    others = ["The camera pushes in.", "The camera pulls back."]

    assert moves_of(mend("Steam rises.", "one_move", others=others) or "") == ("tracking right",)


def test_a_long_prompt_gets_a_short_move_rather_than_too_many_words() -> None:
    mended = mend("Steam rises from the little cup on the table. " * 6, "one_move") or ""

    assert mended.endswith("The camera makes a push-in.")
    assert count_words(mended) <= 60


def test_a_risky_move_gives_way_to_a_dependable_one_and_what_else_happens_stays() -> None:
    assert mend("The camera orbits the cup while steam rises.", "risky_move") == (
        "The camera makes a tracking move to the right while steam rises."
    )


def test_a_risky_move_beside_a_dependable_one_is_dropped() -> None:
    assert mend("The cup stays still and the camera makes a slow orbit, then pushes in.", "risky_move") == (
        "The cup stays still and the camera pushes in."
    )


# Shots


@pytest.mark.parametrize(
    ("prompt", "shot"),
    [
        ("In macro view, light moves. The camera pushes in.", "detail"),
        ("Close-up of the cup. The camera pans left.", "detail"),
        ("Wide shot of the cup. The camera pushes in.", "context"),
        ("Hero shot of the cup. The camera tracks left.", "hero"),
        ("The camera pushes in.", "hero"),
        ("The camera tracks left.", "detail"),
        ("The camera pulls back.", "context"),
        ("Steam rises.", ""),
    ],
)
def test_a_shot_is_what_is_said_or_what_the_move_suggests(prompt: str, shot: str) -> None:
    assert shot_of(prompt) == shot


@pytest.mark.parametrize(
    ("prompt", "other"),
    [
        ("Steam rises. The camera pushes in.", "Light moves. The camera dollies in slowly."),
        ("Steam rises. The camera pans left.", "Light moves. The camera pans right."),
        ("In macro view, steam rises. The camera pushes in.", "Close-up of the cup. The camera tracks left."),
    ],
)
def test_a_shot_that_another_scene_shows_is_found_and_can_be_changed(prompt: str, other: str) -> None:
    mended = mend(prompt, "same_shot", others=[other, "The camera pulls back."])

    assert mended is not None
    assert rules(mended, others=[other, "The camera pulls back."]) == []


def test_in_a_long_storyboard_only_the_very_same_move_is_the_same_shot() -> None:
    others = ["The camera pans right.", "The camera pushes in.", "The camera pulls back."]

    assert rules("Steam rises. The camera pans left.", others=others) == []
    assert rules("Steam rises. The camera pans right.", others=others) == ["same_shot"]


# Claims


@pytest.mark.parametrize(
    ("prompt", "description"),
    [
        ("The organic coffee steams.", "Bio-Kaffee aus Peru."),
        ("The organic coffee steams.", "Café biologique du Pérou."),
        ("The organic coffee steams.", "Café orgánico de Perú."),
        ("The waterproof bag stays.", "Eine wasserdichte Tasche."),
        ("The waterproof bag stays.", "Sac étanche."),
        ("The waterproof bag stays.", "Borsa impermeabile."),
        ("The waterproof bag stays.", "WATER-PROOF!"),
        ("The vegan cream stays.", "Vegane Creme."),
        ("The gluten-free bread stays.", "Pane senza glutine."),
        ("The gluten-free bread stays.", "glutenfreies Brot"),
        ("The handmade bowl stays.", "Fait à la main en Bretagne."),
        ("The 500 ml bottle stays.", "Inhalt: 500ml"),
        ("Now -30 %: the cup stays.", "Heute 30 Prozent Rabatt."),
        ("The lamp glows for 24 hours.", "Leuchtet 24 Stunden."),
        ("Only $19: the cup stays.", "It costs 19 dollars."),
        ("The bag made in Italy stays.", "Borsa in pelle, ITALY."),
        ("The certified, award-winning cup stays.", "Certified; it won awards."),
        ("The best knife stays.", "The best knife we make, not only in Solingen."),
    ],
)
def test_what_the_description_says_in_any_of_five_languages_is_no_claim(prompt: str, description: str) -> None:
    assert rules(f"{prompt} {PUSH}") == ["claim"]
    assert rules(f"{prompt} {PUSH}", description=description) == []


@pytest.mark.parametrize(
    "description",
    [
        "Not waterproof.",
        "Nicht wasserdicht.",
        "N'est pas étanche.",
        "No es impermeable.",
        "Non è impermeabile.",
        "Water bottle.",
    ],
)
def test_what_the_description_denies_is_a_claim(description: str) -> None:
    assert rules(f"The waterproof bag stays. {PUSH}", description=description) == ["claim"]


def test_another_number_proves_nothing() -> None:
    assert rules(f"The 500 ml bottle stays. {PUSH}", description="330 ml, 500 g") == ["claim"]


def test_the_products_name_proves_what_it_says() -> None:
    assert rules(f"The organic oil glows. {PUSH}", name="Organic oil, 500 ml") == []
    assert rules(f"The 500 ml bottle stays. {PUSH}", name="Organic oil, 500 ml") == []


@pytest.mark.parametrize(
    ("prompt", "mended"),
    [
        ("An organic cup stays on the stone.", "A cup stays on the stone."),
        ("The organic, waterproof and vegan bag stays.", "The bag stays."),
        ("The cream is organic and rests on stone.", "The cream rests on stone."),
        ("The waterproof bag stays on the rock, -30 % today.", "The bag stays on the rock."),
        ("Die Bio-Schokolade bleibt liegen.", "Die Schokolade bleibt liegen."),
        ("Steam rises. The cup is certified.", "Steam rises."),
    ],
)
def test_a_mend_loses_the_claim_and_as_little_else_as_it_can(prompt: str, mended: str) -> None:
    assert mend(f"{prompt} {PUSH}", "claim") == f"{mended} {PUSH}"


# Words of the persona


@pytest.mark.parametrize(
    ("words", "avoid"),
    [
        ("The cheap cup stays.", "cheap"),
        ("The CHEAP cup stays.", "Cheap"),
        ("A game-changer for the desk.", "game changer"),
        ("A game\u00a0changer for the desk.", "game-changer"),
        ("The cafe\u0301 table stays.", "café"),
        ("Die STRASSE bleibt leer.", "straße"),
        ("这个便宜的杯子。", "便宜"),
        ("とても安いカップ。", "安い"),
        ("Дешёвая чашка.", "ДЕШЁВАЯ"),
    ],
)
def test_a_word_that_the_persona_avoids_is_found_however_it_is_written(words: str, avoid: str) -> None:
    prompt = f"{words} {PUSH}"

    assert rules(prompt, avoid=["other", avoid, " "]) == ["avoided_word"]
    assert rules(mend(prompt, "avoided_word", avoid=[avoid]) or "?", avoid=[avoid]) == []


@pytest.mark.parametrize(("words", "avoid"), [("A cheapskate stays.", "cheap"), ("Steam rises.", "team"), ("x", "")])
def test_a_part_of_a_word_is_another_word(words: str, avoid: str) -> None:
    assert rules(f"{words} {PUSH}", avoid=[avoid]) == []


def test_a_name_may_hold_what_the_persona_avoids() -> None:
    assert rules(f"Cheap Monday jeans hang still. {PUSH}", name="Cheap Monday jeans", avoid=["cheap"]) == []


# Names are no orders


@pytest.mark.parametrize(
    "name", ["Orbit lamp", "Crane shot poster", "No. 5 soap", "Without Limits", "Add-on 8K hub", "Best 24 h cream"]
)
def test_a_name_orders_nothing_and_claims_nothing(name: str) -> None:
    assert rules(f"{name} stays upright on the table. {PUSH}", name=name) == []


# Length


def words(count: int) -> str:
    return f"{'steam ' * (count - 4)}rises. The camera pushes in."[6:]


@pytest.mark.parametrize(
    ("model_name", "count", "found"),
    [
        ("", 5, False),
        ("", 60, False),
        ("", 61, True),
        ("kling-v2-6", 19, True),
        ("kling-v2-6", 20, False),
        ("kling-v2-6", 40, False),
        ("kling-v2-6", 41, True),
        ("kling-v3", 29, True),
        ("kling-v3", 30, False),
        ("kling-v3", 60, False),
        ("kling-v3", 61, True),
    ],
)
def test_each_model_has_its_length(model_name: str, count: int, found: bool) -> None:
    prompt = words(count)

    assert count_words(prompt) == count
    assert rules(prompt, model_name=model_name) == ["length"] * found


def test_more_than_2500_characters_are_too_many_however_few_words_they_are() -> None:
    assert "length" in rules("x" * 2501)
    assert "2501 characters" in lint("x" * 2501)[-1].sentence


def test_two_signs_of_chinese_count_as_a_word() -> None:
    assert count_words("镜头缓慢推近，瓶子静止。") == 5
    assert count_words("カメラが近づく steam, 2 × slow –") == 7
    assert count_words("카메라가 천천히") == 2


def test_a_prompt_is_shortened_by_whole_sentences_and_keeps_the_product_and_the_camera() -> None:
    stillness = "The bottle stays fixed; its shape and label remain exactly as in the image."
    drift = "Steam rises from the cup and curls away in the light."

    assert mend(f"{stillness} {drift} {drift} {drift} {PUSH}", "length", model_name="kling-v2-6") == (
        f"{stillness} {drift} {drift} {PUSH}"
    )


def test_one_endless_sentence_is_cut_at_a_word() -> None:
    mended = mend(f"{'steam rises and ' * 40} falls. {PUSH}", "length") or ""

    assert count_words(mended) <= 60
    assert mended.endswith(PUSH)


# The negative prompt


@pytest.mark.parametrize(
    ("negative", "mended"),
    [
        ("no text, no hands, morphing", "text, hands, morphing"),
        ("text, without people; don't show hands", "text, people, hands"),
        ("a, b, c, d, e, f, g, h, i", "a, b, c, d, e, f, g, h"),
    ],
)
def test_a_negative_prompt_is_a_short_list_of_nouns(negative: str, mended: str) -> None:
    [finding] = lint(f"Steam rises. {PUSH}", negative_prompt=negative)

    assert (finding.rule, finding.field, finding.mended) == ("negative_list", "negative_prompt", mended)


def test_a_short_list_of_nouns_is_fine() -> None:
    assert rules(f"Steam rises. {PUSH}", negative_prompt="morphing, extra labels, text, northern light, note") == []


def test_a_model_that_takes_no_negative_prompt_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    import kling

    deaf = dataclasses.replace(kling.MODELS["kling-v3"], negative_prompt=False)
    monkeypatch.setattr(kling, "MODELS", {**kling.MODELS, "kling-v3": deaf})

    found = lint(f"{words(40)}", model_name="kling-v3", negative_prompt="text")

    assert [(finding.rule, finding.mended) for finding in found] == [("negative_list", "")]
    assert found[0].sentence == "Kling 3.0 takes no negative prompt; it is not sent."


def test_tokens_and_unseen_characters_are_found_in_both_fields() -> None:
    found = lint(f"Steam <<<image_1>>> rises.\u200b {PUSH}", negative_prompt="te\u200bxt, ＜＜＜image_1＞＞＞")

    assert [(finding.rule, finding.field) for finding in found] == [
        ("reference_token", "prompt"),
        ("reference_token", "negative_prompt"),
        ("control_characters", "prompt"),
        ("control_characters", "negative_prompt"),
    ]
    assert {finding.mended for finding in found} == {f"Steam image_1 rises. {PUSH}", "text, image_1"}


def test_words_that_hide_behind_characters_nobody_sees_are_read() -> None:
    assert rules(f"The or\u200bga\u00adnic cup stays. {PUSH}") == ["control_characters", "claim"]
