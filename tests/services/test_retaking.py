"""Retaking several videos buys all of them for the price that was seen, once, or nothing at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from factories import make_account, make_complete_video, make_persona, make_product, make_scene, make_staff
from kling_host import KlingHost

import kling
from productvideo import services
from productvideo.models import AuditEntry, KlingAccount, ProductVideo, Scene
from productvideo.services import Retake, SeenScene
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


def retakes_of(*videos: ProductVideo) -> list[Retake]:
    """Return what a page offers that shows these videos as they are now."""
    for video in videos:
        video.refresh_from_db()
    return [Retake(video=video, seen=SeenScene.of(Scene.objects.get(pk=video.scene_id))) for video in videos]


def make_taken(scene: Scene | None = None, **columns: object) -> ProductVideo:
    """Return a finished video whose scene has counted it."""
    video = make_complete_video(scene, **columns)  # type: ignore[arg-type]
    Scene.objects.filter(pk=video.scene_id).update(takes=ProductVideo.objects.filter(scene=video.scene_id).count())
    return video


def new_ones() -> list[ProductVideo]:
    return list(ProductVideo.objects.filter(stage=Stage.QUEUED).order_by("persona", "take"))


@pytest.fixture
def anna() -> User:
    return make_staff(username="anna")


def test_each_gets_a_take_with_its_own_settings_and_its_scene_s_words_of_today(anna: User) -> None:
    plain = make_taken()
    long = make_taken(model_name="kling-v2-6", mode="pro", duration=10, units_estimated=Decimal(5))
    Scene.objects.filter(pk=plain.scene_id).update(prompt="Edited since.")

    bought = services.retake_several(retakes=retakes_of(plain, long), units=Decimal("6.5"), practice=True, by=anna)

    assert [(video.take, video.model_name, video.mode, video.duration) for video in bought] == [
        (2, "kling-v2-5-turbo", "std", 5),
        (2, "kling-v2-6", "pro", 10),
    ]
    assert bought[0].prompt == "Edited since."
    assert [video.units_estimated for video in bought] == [Decimal("1.5"), Decimal(5)]
    assert AuditEntry.objects.filter(kind="spend", who="anna").count() == 2


def test_several_of_one_scene_count_up(anna: User) -> None:
    first = make_taken()
    second = make_taken(first.scene)

    bought = services.retake_several(retakes=retakes_of(first, second), by=anna)

    assert [video.take for video in bought] == [3, 4]
    assert Scene.objects.get(pk=first.scene_id).takes == 4


def test_a_double_click_buys_once_and_is_no_trouble(anna: User) -> None:
    retakes = retakes_of(make_taken(), make_taken())
    services.retake_several(retakes=retakes, by=anna)

    with pytest.raises(services.StoryboardChangedError, match="Nothing was bought a second time") as refused:
        services.retake_several(retakes=retakes, by=anna)

    assert refused.value.own
    assert len(new_ones()) == 2


def test_one_scene_that_was_edited_stops_all_of_them(anna: User) -> None:
    fine, edited = make_taken(), make_taken()
    retakes = retakes_of(fine, edited)
    Scene.objects.filter(pk=edited.scene_id).update(version=2)

    with pytest.raises(services.StoryboardChangedError, match="was edited"):
        services.retake_several(retakes=retakes, by=anna)

    assert new_ones() == []
    assert Scene.objects.get(pk=fine.scene_id).takes == 1


def test_one_persona_without_room_stops_all_of_them(anna: User) -> None:
    rich = make_taken(make_scene(make_product(make_persona(monthly_units=100))))
    poor = make_taken(make_scene(make_product(make_persona(monthly_units=1))))

    with pytest.raises(services.BudgetError):
        services.retake_several(retakes=retakes_of(rich, poor), by=anna)

    assert new_ones() == []
    assert set(Scene.objects.values_list("takes", flat=True)) == {1}


def test_takes_of_one_persona_are_counted_together_against_its_month(anna: User) -> None:
    product = make_product(make_persona(monthly_units=2))
    videos = [make_taken(make_scene(product)) for _ in range(2)]

    services.retake_several(retakes=retakes_of(videos[0]), by=anna)
    ProductVideo.objects.filter(stage=Stage.QUEUED).delete()
    with pytest.raises(services.BudgetError):
        services.retake_several(retakes=retakes_of(*videos), by=anna)

    assert new_ones() == []


def test_another_price_or_mode_than_was_seen_buys_nothing(anna: User) -> None:
    retakes = retakes_of(make_taken())

    with pytest.raises(services.StoryboardChangedError, match=r"The price is 1\.5 units now, not 3"):
        services.retake_several(retakes=retakes, units=Decimal(3), by=anna)
    with pytest.raises(services.StoryboardChangedError, match="practice mode now"):
        services.retake_several(retakes=retakes, practice=False, by=anna)

    assert new_ones() == []


def test_what_cannot_be_meant_is_refused(anna: User) -> None:
    video, other = make_taken(), make_taken()
    [retake], [stranger] = retakes_of(video), retakes_of(other)
    older = Retake(video=make_taken(video.scene), seen=retake.seen)
    newer = SeenScene(scene_id=retake.seen.scene_id, version=9, takes=9)

    for wrong in (
        [],
        [retake, retake],
        [Retake(video=video, seen=stranger.seen)],
        [older, Retake(video=video, seen=newer)],
    ):
        with pytest.raises(services.RefusalError):
            services.retake_several(retakes=wrong, by=anna)

    assert new_ones() == []


def test_a_model_that_has_ended_buys_nothing(anna: User) -> None:
    retakes = retakes_of(make_taken(), make_taken(model_name="kling-v1"))

    with pytest.raises(kling.SettingsError):
        services.retake_several(retakes=retakes, by=anna)

    assert new_ones() == []


def test_a_practice_video_is_made_for_real_with_the_words_that_were_tried(anna: User, kling_host: KlingHost) -> None:
    tried = make_taken(account=make_account(host="sandbox", simulated=True), prompt="Tried.")
    real = make_taken(prompt="As it was.")

    bought = services.retake_several(retakes=retakes_of(tried, real), practice=False, by=anna)

    assert bought[0].prompt == "Tried."
    assert bought[1].prompt == Scene.objects.get(pk=real.scene_id).prompt
    assert {video.account for video in bought} == {KlingAccount.objects.get(simulated=False)}
