"""The row has the model's name as Kling is told it, with what that model cannot leave out; or nothing is bought."""

from decimal import Decimal
from typing import Any

import pytest
from factories import make_complete_video, make_scene
from kling_host import KlingHost

import kling
from productvideo import services
from productvideo.models import ProductVideo, Scene
from productvideo.services import Retake, SeenScene
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
API_KEY = "api-key-kling-" + "k" * 43
TURBO = "Kling 3.0 Turbo is only in Kling's new API, which takes API keys and no access key with a secret key."


@pytest.fixture
def api_key(kling_host: KlingHost, settings: Any) -> None:
    settings.KLING_API_KEY, settings.KLING_API_SECRET = API_KEY, ""


def wish(model_name: str, **more: Any) -> kling.Settings:
    return kling.Settings(**{"model_name": model_name, "mode": kling.Mode.STD, "duration": 5} | more)


def buy(model_name: str, **more: Any) -> ProductVideo:
    scene = make_scene(negative_prompt="text")
    [video] = services.approve(product=scene.product, scenes=[SeenScene.of(scene)], settings=wish(model_name, **more))
    return video


def made_before(model_name: str, **more: Any) -> Retake:
    """Return a retake of a video that was made by a model."""
    video = make_complete_video(make_scene(takes=1), model_name=model_name, **more)
    return Retake(video=video, seen=SeenScene.of(Scene.objects.get(pk=video.scene_id)))


@pytest.mark.parametrize(
    ("asked", "sent"),
    [(model.name, model.twin) for model in kling.MODELS.values() if model.dialect is kling.Dialect.NEW and model.twin],
)
def test_with_a_key_pair_a_new_name_is_written_down_as_its_legacy_twin(
    kling_host: KlingHost, asked: str, sent: str
) -> None:
    video = buy(asked)

    assert video.model_name == sent
    assert kling.MODELS[video.model_name].listing is not kling.Listing.TASKS
    assert video.negative_prompt == ("text" if kling.MODELS[sent].negative_prompt else "")


@pytest.mark.parametrize("name", kling.MODELS)
@pytest.mark.usefixtures("api_key")
def test_with_an_api_key_every_name_is_written_down_as_it_was_chosen(name: str) -> None:
    video = buy(name)

    assert video.model_name == name
    assert video.negative_prompt == ("text" if kling.MODELS[name].negative_prompt else "")


def test_with_a_key_pair_a_model_of_the_new_api_alone_is_refused_before_anything_is_sent(
    kling_host: KlingHost,
) -> None:
    with pytest.raises(kling.WrongCredentialsError, match=TURBO):
        buy("kling-3.0-turbo")

    assert not ProductVideo.objects.exists()
    assert not kling_host.reads and not kling_host.creates


@pytest.mark.parametrize("asked", [False, True])
def test_a_model_that_always_sounds_is_bought_with_sound_at_one_price(asked: bool) -> None:
    video = buy("kling-3.0-turbo", sound=asked)

    assert video.sound is True
    assert video.units_estimated == Decimal(4)


def test_a_retake_is_sent_under_the_name_that_is_reached_today(kling_host: KlingHost) -> None:
    new, silent = made_before("kling-3.0"), made_before("kling-2.6", mode="pro")

    bought = services.retake_several(retakes=[new, silent], units=Decimal("5.5"))

    assert [video.model_name for video in bought] == ["kling-v3", "kling-v2-6"]


@pytest.mark.parametrize(
    ("model_name", "sentence"),
    [
        ("kling-3.0-turbo", TURBO),
        ("kling-v1", "Kling ended kling-v1 on 2026-09-15; use kling-v2-5-turbo instead."),
        ("kling-9.9", "There is no model 'kling-9.9'; the live ones are"),
    ],
)
def test_a_model_that_cannot_be_had_any_more_is_not_retaken_and_the_sentence_says_why(
    kling_host: KlingHost, model_name: str, sentence: str
) -> None:
    again = made_before(model_name)

    with pytest.raises(kling.SettingsError, match=sentence):
        services.retake(video=again.video, seen=again.seen)
    with pytest.raises(kling.SettingsError, match=sentence):
        services.retake_several(retakes=[again])

    assert not ProductVideo.objects.filter(stage=Stage.QUEUED).exists()
    assert Scene.objects.get().takes == 1


@pytest.mark.parametrize(
    ("usual", "key", "negative"),
    [("kling-3.0", API_KEY, ""), ("kling-3.0", "a" * 32, "morphing"), ("kling-video-o1", API_KEY, "")],
)
def test_scenes_are_written_for_the_usual_model_as_it_is_sent(
    settings: Any, usual: str, key: str, negative: str
) -> None:
    settings.PRACTICE_MODE, settings.KLING_API_KEY, settings.KLING_MODEL = False, key, usual
    product = make_scene().product
    product.scenes.all().delete()

    scenes = services.plan_scenes(product=product)

    assert all(bool(scene.negative_prompt) is bool(negative) for scene in scenes)
    assert all(scene.negative_prompt.startswith(negative) for scene in scenes)
