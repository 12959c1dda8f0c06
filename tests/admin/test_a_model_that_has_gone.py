"""A model that was taken out of the catalogue: its videos stay, on every page, and are made again by no button."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from factories import make_account, make_complete_video, make_scene, make_staff, make_video
from rest_framework.test import APIClient

from productvideo import services
from productvideo.models import ProductVideo, Scene
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
GONE = {"model_name": "kling-0.9", "mode": "pro", "duration": 12, "sound": True, "loop": True}
SENTENCE = "There is no model &#x27;kling-0.9&#x27;"


@pytest.fixture
def anna() -> User:
    return make_staff(username="anna")


@pytest.fixture
def staff(client: Client, anna: User) -> Client:
    client.force_login(anna)
    return client


@pytest.fixture
def videos() -> list[ProductVideo]:
    """One of a scene's takes in each stage that a page tells apart."""
    scene, account = make_scene(takes=4), make_account(host="sandbox", simulated=True)
    failed = {"stage": Stage.FAILED, "due_at": None, "error_message": "Kling has ended this model."}
    rendering = {"stage": Stage.RENDERING, "task_id": "9", "accepted_at": now()}
    return [
        make_complete_video(scene, account=account, finished_at=now(), accepted_at=now(), rendered_at=now(), **GONE),
        *(make_video(scene, account, **GONE, **place) for place in ({}, rendering, failed)),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "index",
        "productvideo_product_page",
        "productvideo_figures",
        "productvideo_product_changelist",
        "productvideo_productvideo_changelist",
        "productvideo_library",
        "productvideo_submission_changelist",
        "productvideo_to_approve",
    ],
)
def test_every_page_opens(staff: Client, videos: list[ProductVideo], name: str) -> None:
    of_the_product = [videos[0].product_id] if name.endswith("product_page") else []

    assert staff.get(reverse(f"admin:{name}", args=of_the_product)).status_code == 200


def test_its_takes_are_shown_by_its_name_and_offer_no_retake(staff: Client, videos: list[ProductVideo]) -> None:
    page = staff.get(reverse("admin:productvideo_product_page", args=[videos[0].product_id])).content.decode()

    assert page.count("kling-0.9 · pro · 12 s · sound · loop") == 4
    assert "Retake" not in page
    assert page.count("Kling has no model kling-0.9 any more, so another take needs another one.") == 2  # finished
    for video in videos:
        assert staff.get(reverse("admin:productvideo_video_take", args=[video.pk])).status_code == 200


def test_figures_and_library_know_it_by_its_name(staff: Client, videos: list[ProductVideo]) -> None:
    library = reverse("admin:productvideo_library")

    assert "kling-0.9" in staff.get(reverse("admin:productvideo_figures")).content.decode()
    assert '<option value="kling-0.9" selected>' in staff.get(library, {"model": "kling-0.9"}).content.decode()
    assert staff.get(library, {"model": "kling-0.9"}).content.decode().count("· take") >= len(videos)


def test_a_retake_is_refused_with_a_sentence_wherever_it_is_asked_for(
    staff: Client, videos: list[ProductVideo]
) -> None:
    confirm = staff.post(reverse("admin:productvideo_library_retake"), {"video": [videos[0].pk]}).content.decode()
    scene = Scene.objects.get()
    form = {"retake": f"{videos[0].pk}:{scene.pk}:1:4", "units": "12", "practice": "yes"}
    bought = staff.post(reverse("admin:productvideo_library_buy"), form)

    assert SENTENCE in confirm and SENTENCE in bought.content.decode()
    assert bought.status_code == 409
    with pytest.raises(ValueError, match="There is no model 'kling-0\\.9'; the live ones are"):
        services.retake(video=videos[0], seen=services.SeenScene.of(scene), units=Decimal(12))
    assert ProductVideo.objects.count() == len(videos)


def test_the_api_tells_of_it(anna: User, videos: list[ProductVideo]) -> None:
    api = APIClient()
    api.force_authenticate(anna)

    assert api.get(f"/api/videos/{videos[0].pk}/").json()["model_name"] == "kling-0.9"
    assert len(api.get("/api/videos/").json()["results"]) == len(videos)
