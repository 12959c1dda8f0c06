"""Practice videos: all removed at once, nothing real with them; one of them made for real, word for word."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from factories import make_account, make_complete_video, make_persona, make_product, make_scene, make_staff, make_video
from kling_host import KlingHost

from productvideo import services
from productvideo.models import KlingAccount, ProductVideo, Scene, Submission
from productvideo.services import SeenScene
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox() -> KlingAccount:
    return make_account(host="sandbox", simulated=True)


def test_every_practice_video_goes_with_its_files_and_nothing_real(
    sandbox: KlingAccount, django_capture_on_commit_callbacks: Any
) -> None:
    scene = make_scene(takes=4)
    real = make_complete_video(scene)
    practice = [
        make_complete_video(scene, account=sandbox),
        make_video(scene, sandbox),
        make_video(scene, sandbox, stage=Stage.RENDERING, task_id="t1"),
        make_video(scene, sandbox, stage=Stage.STORING, task_id="t2"),
    ]
    Submission.objects.create(video_id=practice[0].pk, persona_key=1, units_estimated=1, simulated=True)

    with django_capture_on_commit_callbacks(execute=True):
        removed = services.remove_practice_videos()

    assert removed == 4
    assert list(ProductVideo.objects.all()) == [real]
    assert default_storage.exists(real.file.name) and not default_storage.exists(practice[0].file.name)
    scene.refresh_from_db()
    assert (scene.takes, Submission.objects.count()) == (4, 1)


def test_removing_twice_removes_nothing_the_second_time(sandbox: KlingAccount) -> None:
    make_video(account=sandbox)

    assert [services.remove_practice_videos(), services.remove_practice_videos()] == [1, 0]


def practised(sandbox: KlingAccount) -> ProductVideo:
    scene = make_scene(make_product(make_persona()), negative_prompt="text", takes=1)
    video = make_complete_video(
        scene, account=sandbox, model_name="kling-v2-6", mode="pro", duration=10, loop=True, negative_prompt="text"
    )
    Scene.objects.filter(pk=scene.pk).update(prompt="Edited since.", version=2)
    return video


def test_a_practice_video_is_made_for_real_with_its_own_words_and_settings(
    sandbox: KlingAccount, kling_host: KlingHost
) -> None:
    video = practised(sandbox)
    seen = SeenScene(scene_id=video.scene_id or 0, version=2, takes=1)
    mira = make_staff(username="mira")

    real = services.retake(video=video, seen=seen, units=Decimal(5), by=mira)

    assert (real.account.simulated, real.take, real.approved_by) == (False, 2, mira)
    for column in ("title", "description", "prompt", "negative_prompt", "photo", "settings"):
        assert getattr(real, column) == getattr(video, column), column
    video.refresh_from_db()
    assert video.account.simulated


def test_making_one_for_real_twice_buys_once(sandbox: KlingAccount, kling_host: KlingHost) -> None:
    video = practised(sandbox)
    seen = SeenScene(scene_id=video.scene_id or 0, version=2, takes=1)
    services.retake(video=video, seen=seen)

    with pytest.raises(services.StoryboardChangedError):
        services.retake(video=video, seen=seen)

    assert ProductVideo.objects.filter(account__simulated=False).count() == 1


def test_in_practice_another_take_has_the_words_of_today(sandbox: KlingAccount) -> None:
    video = practised(sandbox)

    again = services.retake(video=video, seen=SeenScene(scene_id=video.scene_id or 0, version=2, takes=1))

    assert (again.account, again.prompt) == (sandbox, "Edited since.")


def test_a_page_from_practice_makes_nothing_for_real(sandbox: KlingAccount, kling_host: KlingHost) -> None:
    video = practised(sandbox)
    seen = SeenScene(scene_id=video.scene_id or 0, version=2, takes=1)

    with pytest.raises(services.StoryboardChangedError, match="cost money"):
        services.retake(video=video, seen=seen, practice=True)


def test_another_scene_is_not_bought_in_the_place_of_a_removed_one(
    sandbox: KlingAccount, kling_host: KlingHost
) -> None:
    video = practised(sandbox)
    other = make_scene(video.product)

    with pytest.raises(services.RefusalError, match="removed"):
        services.retake(video=video, seen=SeenScene.of(other))
    assert kling_host.reads == []
