"""Mending what a rule finds: one rule at a time, never over a colleague's words, and it is the person's scene then."""

import pytest
from factories import make_persona, make_product, make_scene, make_staff

from productvideo import services
from productvideo.models import Product, Scene

pytestmark = pytest.mark.django_db
GOOD = (
    "The cup stays fixed on the table; its shape and label remain exactly as in the image. The camera makes a push-in,"
    " slow and steady."
)


def scene_of(prompt: str, product: Product | None = None, **columns: object) -> Scene:
    return make_scene(product or make_product(), prompt=prompt, **columns)


def rules(scene: Scene, **options: str) -> list[str]:
    return [finding.rule for finding in services.findings_on(scene, **options)]


def test_a_good_prompt_is_left_in_peace() -> None:
    assert rules(scene_of(GOOD)) == []


def test_a_mended_scene_is_its_person_s_and_has_a_new_version() -> None:
    scene = scene_of(f"{GOOD} The headline “Sale” fades in.", source_detail="No key.", source_cause="no_key")
    anna = make_staff(username="anna")

    services.mend(scene=scene, version=1, rule="quoted_text", by=anna)

    assert "quoted_text" not in rules(scene)
    assert "Sale" not in scene.prompt
    assert (scene.version, scene.source, scene.edited_by) == (2, "person", anna)
    assert (scene.source_detail, scene.source_cause) == ("", "")


def test_only_the_rule_that_was_pressed_is_mended() -> None:
    scene = scene_of(f"{GOOD} The headline “Sale” fades in within 3 seconds, no people.")
    before = set(rules(scene))

    services.mend(scene=scene, version=1, rule="negation")

    assert "negation" in before
    assert "negation" not in rules(scene)
    assert "quoted_text" in rules(scene)


def test_the_negative_prompt_can_be_mended_and_the_prompt_stays() -> None:
    scene = scene_of(GOOD, negative_prompt="no text, no people, morphing")

    services.mend(scene=scene, version=1, rule="negative_list")

    assert scene.prompt == GOOD
    assert "no " not in scene.negative_prompt


def test_a_scene_that_a_colleague_changed_meanwhile_is_not_mended() -> None:
    scene = scene_of(f"{GOOD} The headline “Sale” fades in.")
    Scene.objects.filter(pk=scene.pk).update(version=2, prompt="Theirs.")

    with pytest.raises(services.StoryboardChangedError):
        services.mend(scene=scene, version=1, rule="quoted_text")

    assert Scene.objects.get().prompt == "Theirs."


@pytest.mark.parametrize("rule", ["quoted_text", "refused_before", "nonsense", ""])
def test_what_is_not_found_cannot_be_mended(rule: str) -> None:
    scene = scene_of(GOOD)

    with pytest.raises(services.RefusalError, match="nothing left to mend"):
        services.mend(scene=scene, version=1, rule=rule)

    assert Scene.objects.get().version == 1


def test_advice_knows_the_persona_the_description_and_the_other_scenes() -> None:
    product = make_product(make_persona(words_to_avoid="cosy, guys"), description="A waterproof cup.")
    alone = scene_of(f"{GOOD} A cosy waterproof mood.", product)
    claiming = scene_of(f"{GOOD} An organic mood.", make_product(description="A cup."))

    assert rules(alone) == ["avoided_word"]
    assert rules(claiming) == ["claim"]
    twin = scene_of(GOOD, product)
    assert "same_shot" in rules(twin)
    assert services.findings_among([alone, twin])[twin.pk] == services.findings_on(twin)


def test_advice_knows_the_model() -> None:
    long = f"{GOOD} {'Warm light drifts slowly over the table and the wall behind it. ' * 2}"

    assert services.findings_on(scene_of(long)) != services.findings_on(scene_of(long), model_name="kling-v3")
