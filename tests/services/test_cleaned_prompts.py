"""What a person types is kept and sent byte for byte, but for reference marks and characters that nobody sees."""

import pytest
from factories import make_product, make_scene

import kling
from productvideo import services
from productvideo.models import ProductVideo, Scene
from productvideo.services import SeenScene

pytestmark = pytest.mark.django_db
SETTINGS = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)
DIRTY = "Like <<<image_1>>>,\u202e the cup\x00 turns."
CLEAN = "Like image_1, the cup turns."


def save(scene: Scene, prompt: str) -> Scene:
    return services.save_scene(scene=scene, version=scene.version, title="Turn", description="", prompt=prompt)


def approve(scene: Scene) -> ProductVideo:
    seen = [SeenScene.of(scene)]
    [video] = services.approve(product=scene.product, scenes=seen, settings=SETTINGS)
    return video


@pytest.mark.parametrize(
    "prompt", ["  Two  spaces — and “a” dash…  ", "ZOOM!!! add 3 logos, 8K, 5 s", "Ein Becher, 日本"]
)
def test_what_somebody_insists_on_is_stored_and_sent_as_it_stands(prompt: str) -> None:
    scene = save(make_scene(), prompt)

    assert services.taken_out(prompt) == ()
    assert scene.prompt == approve(scene).prompt == prompt


def test_a_prompt_is_cleaned_when_it_is_saved_or_added() -> None:
    saved = save(make_scene(), DIRTY)
    added = services.add_scene(product=saved.product, title="Mine", description="", prompt=DIRTY)

    assert saved.prompt == added.prompt == CLEAN
    assert len(services.taken_out(DIRTY)) == 2


def test_saving_the_same_again_is_no_edit() -> None:
    scene = save(make_scene(), DIRTY)

    assert save(scene, DIRTY).version == scene.version == 2


@pytest.mark.parametrize("prompt", ["", "  ", "<<<>>>", "\u200b\u202e", "\x00"])
def test_nothing_at_all_is_refused_in_a_sentence(prompt: str) -> None:
    with pytest.raises(services.InvalidInputError, match=r"Write a prompt|Nothing is left of this prompt"):
        save(make_scene(), prompt)


def test_scenes_from_before_are_cleaned_when_they_are_bought_and_stay_as_they_were_seen() -> None:
    scene = make_scene(prompt=DIRTY, negative_prompt="text, <<<image_2>>>")

    video = approve(scene)

    assert (video.prompt, video.negative_prompt) == (CLEAN, "text, image_2")
    scene.refresh_from_db()
    assert (scene.prompt, scene.version) == (DIRTY, 1)


def test_a_scene_of_which_nothing_could_be_sent_is_not_bought() -> None:
    product = make_product()
    good, empty = make_scene(product), make_scene(product, prompt="<<<>>>", title="Void")

    with pytest.raises(services.RefusalError, match="“Void”"):
        services.approve(product=product, scenes=[SeenScene.of(good), SeenScene.of(empty)], settings=SETTINGS)

    assert not ProductVideo.objects.exists()
    assert not Scene.objects.filter(takes__gt=0).exists()
