"""What Kling's content rules refused is known when it is asked for again, also when the video is gone."""

import pytest
from factories import make_account, make_photo, make_product, make_scene, make_video
from kling_host import KlingHost, refusal
from passing_time import always, let_time_pass

from productvideo import pipeline, services
from productvideo.models import KlingAccount, Photo, ProductVideo, Scene
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene(prompt="The cup stays still; the camera pushes in.")


def refuse(kling_host: KlingHost, account: KlingAccount, scene: Scene, code: int = 1301) -> ProductVideo:
    """Have Kling refuse a take of a scene at once."""
    video = make_video(scene, account)
    kling_host.next_creates.append(refusal(400, code))
    pipeline.submit(always)
    video.refresh_from_db()
    assert video.stage == Stage.FAILED
    return video


def test_refused_words_are_known_again_with_other_punctuation(
    kling_host: KlingHost, account: KlingAccount, scene: Scene
) -> None:
    refuse(kling_host, account, scene)
    again = make_scene(scene.product, prompt="the cup stays still: The camera pushes in")

    assert services.refused_before([scene, again]) == [scene, again]
    assert services.findings_on(again)[0].rule == services.REFUSED_BEFORE


def test_they_are_known_when_the_video_was_deleted(kling_host: KlingHost, account: KlingAccount, scene: Scene) -> None:
    services.delete_video(video=refuse(kling_host, account, scene))

    assert services.refused_before([scene]) == [scene]


def test_other_words_or_another_photo_are_not_refused(
    kling_host: KlingHost, account: KlingAccount, scene: Scene
) -> None:
    refuse(kling_host, account, scene)
    other_words = make_scene(scene.product, prompt="The cup turns.")
    other_photo = make_scene(scene.product, prompt=scene.prompt)
    other_photo.photo = Photo.objects.create(product=scene.product, file="p.jpg", sha256="0" * 64, width=1, height=1)

    assert services.refused_before([other_words, other_photo]) == []


def test_another_product_with_the_same_photo_is_warned_too(
    kling_host: KlingHost, account: KlingAccount, scene: Scene
) -> None:
    refuse(kling_host, account, scene)
    elsewhere = make_scene(make_product(), prompt=scene.prompt)

    assert services.refused_before([elsewhere]) == [elsewhere]


def test_a_refusal_for_another_reason_is_no_warning(
    kling_host: KlingHost, account: KlingAccount, scene: Scene
) -> None:
    refuse(kling_host, account, scene, code=1201)

    assert services.refused_before([scene]) == []


def test_what_the_safety_check_refused_while_it_was_made_is_known_too(
    kling_host: KlingHost, account: KlingAccount, scene: Scene
) -> None:
    video = make_video(scene, account)
    pipeline.submit(always)
    [task] = kling_host.tasks.values()
    kling_host.fail(task, "Failure to pass the risk control system")
    let_time_pass(60)
    pipeline.check(always)
    video.refresh_from_db()
    services.delete_video(video=video)

    assert video.error_code == "policy"
    assert services.refused_before([scene]) == [scene]


def test_a_refusal_from_before_there_were_marks_is_known_by_its_video(kling_host: KlingHost, scene: Scene) -> None:
    make_video(scene, stage=Stage.FAILED, due_at=None, error_code="kling_1301")

    assert services.refused_before([scene]) == [scene]


def test_what_the_sandbox_refused_counts_in_practice_only(kling_host: KlingHost, scene: Scene, settings) -> None:
    practice = make_account(host="sandbox", simulated=True)
    make_video(scene, practice, stage=Stage.FAILED, due_at=None, error_code="kling_1301")

    for_real = services.refused_before([scene])
    settings.PRACTICE_MODE = True
    in_practice = services.refused_before([scene])

    assert (for_real, in_practice) == ([], [scene])


def test_a_warning_stops_no_purchase(kling_host: KlingHost, account: KlingAccount, scene: Scene) -> None:
    video = refuse(kling_host, account, scene)

    videos = services.approve(product=scene.product, scenes=[services.SeenScene.of(scene)], settings=video.settings)

    assert len(videos) == 1


def test_many_scenes_take_as_many_questions_as_one(kling_host: KlingHost, django_assert_num_queries) -> None:
    product = make_product()
    make_photo(product)
    scenes = [make_scene(product) for _ in range(6)]

    with django_assert_num_queries(3):
        services.findings_among(scenes)
