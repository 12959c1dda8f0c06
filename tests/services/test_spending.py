"""Approving buys exactly what the person saw, once, or nothing at all."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from factories import make_persona, make_product, make_scene, make_video
from kling_host import KlingHost, refusal

import kling
from productvideo import services
from productvideo.models import KlingAccount, Product, ProductVideo, Scene, Submission
from productvideo.querysets import now
from productvideo.services import SeenScene
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
SETTINGS = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)


def storyboard(**persona: Any) -> tuple[Product, list[Scene]]:
    product = make_product(make_persona(**persona))
    return product, [make_scene(product, negative_prompt="text") for _ in range(3)]


def seen(scenes: list[Scene]) -> list[SeenScene]:
    return [SeenScene.of(scene) for scene in scenes]


def test_each_scene_becomes_a_queued_video_with_its_words_frozen() -> None:
    product, scenes = storyboard()
    someone = User.objects.create(username="mira")

    videos = services.approve(
        product=product, scenes=seen(scenes), settings=SETTINGS, units=Decimal("4.5"), by=someone
    )
    Scene.objects.update(prompt="edited afterwards")

    assert len(videos) == 3
    stored = ProductVideo.objects.get(scene=scenes[0])
    assert (stored.stage, stored.take, stored.approved_by) == (Stage.QUEUED, 1, someone)
    assert (stored.prompt, stored.negative_prompt) == (scenes[0].prompt, "text")
    assert stored.units_estimated == Decimal("1.5")
    assert [event.who for event in stored.events.all()] == ["mira"]


def test_the_same_approval_again_buys_nothing_and_says_who_was_first() -> None:
    product, scenes = storyboard()
    someone = User.objects.create(username="mira")
    order = {"product": product, "scenes": seen(scenes), "settings": SETTINGS}
    services.approve(**order, by=someone)

    with pytest.raises(services.StoryboardChangedError, match="mira") as refused:
        services.approve(**order)

    assert ProductVideo.objects.count() == 3
    assert len(refused.value.videos) == 3


def test_an_edited_scene_stops_the_whole_approval() -> None:
    product, scenes = storyboard()
    as_seen = seen(scenes)
    Scene.objects.filter(pk=scenes[1].pk).update(version=2)

    with pytest.raises(services.StoryboardChangedError, match="was edited"):
        services.approve(product=product, scenes=as_seen, settings=SETTINGS)

    assert ProductVideo.objects.count() == 0
    assert set(Scene.objects.values_list("takes", flat=True)) == {0}


def test_a_removed_scene_or_one_of_another_product_stops_it_too() -> None:
    product, scenes = storyboard()
    as_seen = seen([*scenes, make_scene()])

    with pytest.raises(services.StoryboardChangedError, match="removed"):
        services.approve(product=product, scenes=as_seen, settings=SETTINGS)

    assert ProductVideo.objects.count() == 0


def test_a_price_that_is_no_longer_true_buys_nothing() -> None:
    product, scenes = storyboard()

    with pytest.raises(services.StoryboardChangedError, match=r"4\.5 units now, not 3"):
        services.approve(product=product, scenes=seen(scenes), settings=SETTINGS, units=Decimal(3))

    assert ProductVideo.objects.count() == 0


def test_a_scene_named_twice_is_refused() -> None:
    product, scenes = storyboard()

    with pytest.raises(services.RefusalError, match="only once"):
        services.approve(product=product, scenes=seen([scenes[0], scenes[0]]), settings=SETTINGS)


@pytest.mark.parametrize(
    "settings",
    [
        kling.Settings(model_name="kling-v1", mode=kling.Mode.STD, duration=5),
        kling.Settings(model_name="kling-v9", mode=kling.Mode.STD, duration=5),
        kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=7),
        kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5, sound=True),
    ],
)
def test_what_no_live_model_can_do_is_refused(settings: kling.Settings) -> None:
    product, scenes = storyboard()

    with pytest.raises(kling.SettingsError):
        services.approve(product=product, scenes=seen(scenes), settings=settings)


def test_a_clear_refusal_of_the_credentials_stops_an_approval(kling_host: KlingHost) -> None:
    product, scenes = storyboard()
    kling_host.next_reads.append(refusal(401, 1002, "api key not found"))

    with pytest.raises(kling.CredentialsError):
        services.approve(product=product, scenes=seen(scenes), settings=SETTINGS)

    assert ProductVideo.objects.count() == 0


def test_no_answer_about_the_credentials_does_not_stop_an_approval(kling_host: KlingHost) -> None:
    product, scenes = storyboard()
    kling_host.next_reads.extend([refusal(500, 5000)] * 5)

    services.approve(product=product, scenes=seen(scenes), settings=SETTINGS)

    assert ProductVideo.objects.count() == 3


def test_a_good_answer_about_the_credentials_is_remembered_for_five_minutes(kling_host: KlingHost) -> None:
    product, scenes = storyboard()

    for scene in scenes:
        services.approve(product=product, scenes=[SeenScene.of(scene)], settings=SETTINGS)

    assert kling_host.reads == ["costs"]


def test_a_good_answer_is_forgotten_once_kling_has_refused_the_credentials(kling_host: KlingHost) -> None:
    product, scenes = storyboard()
    services.approve(product=product, scenes=seen(scenes[:1]), settings=SETTINGS)
    KlingAccount.objects.get().pause("Kling does not know the keys.", ends_on_read=True)
    kling_host.next_reads.append(refusal(401, 1002, "api key not found"))

    with pytest.raises(kling.CredentialsError):
        services.approve(product=product, scenes=seen(scenes[1:]), settings=SETTINGS)

    assert ProductVideo.objects.count() == 1


def test_credentials_that_are_good_again_can_buy_before_their_pause_ends(kling_host: KlingHost) -> None:
    product, scenes = storyboard()
    services.approve(product=product, scenes=seen(scenes[:1]), settings=SETTINGS)
    KlingAccount.objects.get().pause("Kling does not know the keys.", ends_on_read=True)

    services.approve(product=product, scenes=seen(scenes[1:]), settings=SETTINGS)

    assert ProductVideo.objects.count() == 3


def test_other_keys_are_asked_about_anew(kling_host: KlingHost, settings: Any) -> None:
    product, scenes = storyboard()
    services.approve(product=product, scenes=seen(scenes[:1]), settings=SETTINGS)
    settings.KLING_API_SECRET = "b" * 32
    kling_host.next_reads.append(refusal(401, 1002))

    with pytest.raises(kling.CredentialsError):
        services.approve(product=product, scenes=seen(scenes[1:2]), settings=SETTINGS)


def test_the_monthly_limit_counts_what_is_reserved_and_what_was_charged() -> None:
    product, scenes = storyboard(monthly_units=Decimal("4.5"))
    account = KlingAccount.objects.create(host="sandbox", simulated=True)
    Submission.objects.create(
        video_id=make_video().pk,
        host="sandbox",
        simulated=True,
        persona_key=product.persona.pk,
        persona="",
        units_estimated=Decimal("1.5"),
        units_charged=Decimal("1.5"),
    )
    make_video(scenes[0], account)

    with pytest.raises(services.BudgetError, match=r"1\.5 of 4\.5 units left"):
        services.approve(product=product, scenes=seen(scenes[1:]), settings=SETTINGS)
    services.approve(product=product, scenes=seen(scenes[2:]), settings=SETTINGS)

    assert ProductVideo.objects.filter(product=product).count() == 2


def test_a_retake_is_a_new_video_with_the_same_settings() -> None:
    product, scenes = storyboard()
    [video] = services.approve(product=product, scenes=seen(scenes[:1]), settings=SETTINGS)
    scenes[0].refresh_from_db()

    second = services.retake(video=video, seen=SeenScene.of(scenes[0]))

    assert second.pk != video.pk
    assert (second.take, second.model_name, second.duration) == (2, video.model_name, video.duration)


def test_a_queued_video_can_be_cancelled_free_of_charge() -> None:
    video = make_video()

    services.cancel(video=video)

    video.refresh_from_db()
    assert (video.stage, video.error_code) == (Stage.FAILED, "cancelled")


def test_a_video_that_kling_is_making_cannot_be_cancelled() -> None:
    video = make_video(stage=Stage.RENDERING, task_id="1")

    with pytest.raises(services.RefusalError, match="will be charged"):
        services.cancel(video=video)


def test_a_deleted_video_takes_its_files_with_it_and_leaves_the_ledger(
    django_capture_on_commit_callbacks: Any,
) -> None:
    name = default_storage.save("videos/gone.mp4", ContentFile(b"film"))
    video = make_video(stage=Stage.COMPLETE, due_at=None, file=name, sha256="0" * 64, size_bytes=4, url="/x")
    Submission.objects.create(video_id=video.pk, persona_key=1, units_estimated=1, sent_at=now())

    with django_capture_on_commit_callbacks(execute=True):
        services.delete_video(video=video)

    assert not Path(default_storage.path(name)).exists()
    assert Submission.objects.count() == 1


def test_a_video_is_deleted_though_its_storage_is_in_trouble(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> None:
        raise OSError(5, "Input/output error")

    video = make_video(
        stage=Stage.COMPLETE, due_at=None, file="videos/gone.mp4", sha256="0" * 64, size_bytes=4, url="/x"
    )
    monkeypatch.setattr(default_storage, "delete", broken)

    with django_capture_on_commit_callbacks(execute=True):
        services.delete_video(video=video)

    assert not ProductVideo.objects.exists()


def test_an_unfinished_video_cannot_be_deleted() -> None:
    video = make_video()

    with pytest.raises(services.RefusalError, match="still being made"):
        services.delete_video(video=video)

    assert ProductVideo.objects.filter(pk=video.pk).exists()
