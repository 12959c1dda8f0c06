"""`/api/videos/`: every video, where it is, and where it can be watched."""

from decimal import Decimal
from typing import Any

import pytest
from factories import make_account, make_person, make_product, make_scene, make_staff, make_video
from rest_framework.test import APIClient

from productvideo.models import ProductVideo
from productvideo.roles import Role

FIELDS = {
    "id",
    "persona",
    "product",
    "scene",
    "take",
    "title",
    "description",
    "prompt",
    "url",
    "thumbnail_url",
    "task_id",
    "status",
    "stage",
    "error_code",
    "error_message",
    "attention",
    "model_name",
    "mode",
    "duration",
    "sound",
    "loop",
    "units_estimated",
    "units_charged",
    "simulated",
    "created_at",
    "updated_at",
}


def complete(**columns: Any) -> ProductVideo:
    video = make_video()
    stored = {
        "stage": "complete",
        "due_at": None,
        "file": "videos/a.mp4",
        "sha256": "0" * 64,
        "size_bytes": 1,
        "task_id": "900",
        "url": f"/files/videos/{video.pk}.mp4",
        "thumbnail_url": f"/files/posters/{video.pk}.jpg",
        "source_url": "https://kling.test/secret-link",
        "units_charged": Decimal("1.5"),
    }
    ProductVideo.objects.filter(pk=video.pk).update(**stored | columns)
    video.refresh_from_db()
    return video


def test_a_finished_video_can_be_opened_from_elsewhere(api: APIClient) -> None:
    video = complete()

    body = api.get(f"/api/videos/{video.pk}/").json()

    assert set(body) == FIELDS
    assert body["url"] == f"http://testserver/files/videos/{video.pk}.mp4"
    assert body["thumbnail_url"] == f"http://testserver/files/posters/{video.pk}.jpg"
    assert (body["status"], body["units_charged"], body["units_estimated"]) == ("complete", 1.5, 1.5)
    assert "secret-link" not in str(body)


def test_the_public_address_comes_first_where_it_is_set(api: APIClient, settings: Any) -> None:
    settings.PUBLIC_URL = "https://films.example"
    video = complete()

    assert api.get(f"/api/videos/{video.pk}/").json()["url"] == f"https://films.example{video.url}"


def test_an_unfinished_video_has_no_address_yet(api: APIClient) -> None:
    video = make_video()

    body = api.get(f"/api/videos/{video.pk}").json()

    assert (body["url"], body["thumbnail_url"], body["status"]) == ("", "", "pending")
    assert body["units_charged"] is None


def test_a_list_takes_as_many_queries_for_one_as_for_many(api: APIClient, django_assert_num_queries: Any) -> None:
    for _ in range(12):
        make_video()

    with django_assert_num_queries(1):
        api.get("/api/videos/")


def test_pages_go_through_every_video_once_and_newest_first(api: APIClient) -> None:
    made = [str(make_video().pk) for _ in range(7)]
    ProductVideo.objects.update(created_at=ProductVideo.objects.values("created_at")[:1])  # all at one moment
    newer = make_video()
    made.append(str(newer.pk))

    seen, address = [], "/api/videos/?page_size=3"
    while address:
        page = api.get(address).json()
        seen += [video["id"] for video in page["results"]]
        address = page["next"]

    assert sorted(seen) == sorted(made)
    assert seen[0] == str(newer.pk)


def test_videos_can_be_narrowed_down(api: APIClient) -> None:
    done, waiting = complete(), make_video()
    scene = make_scene(make_product(waiting.persona))
    other = make_video(scene, account=make_account(host="sandbox", simulated=True))

    def found(query: str) -> set[str]:
        return {video["id"] for video in api.get(f"/api/videos/?{query}").json()["results"]}

    assert found("status=complete") == {str(done.pk)}
    assert found("status=pending") == {str(waiting.pk), str(other.pk)}
    assert found(f"persona={waiting.persona_id}") == {str(waiting.pk), str(other.pk)}
    assert found(f"persona={waiting.persona_id}&product={other.product_id}") == {str(other.pk)}
    assert found("product=999999999") == set()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=done", "status"),
        ("persona=anna", "persona"),
        ("product=1.5", "product"),
        ("product=999999999999999999999999", "product"),
        ("page_size=0", "page_size"),
        ("page_size=many", "page_size"),
        ("cursor=nonsense", "cursor"),
        ("cursor=MDAwMS0wMS0wMVQwMDowMDowMCswMDowMHwwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA=", "cursor"),
        ("cursor=%00", "cursor"),
    ],
)
def test_a_wrong_filter_is_said_at_its_name(api: APIClient, query: str, field: str) -> None:
    answer = api.get(f"/api/videos/?{query}")

    assert answer.status_code == 400
    assert list(answer.json()) == [field]


@pytest.fixture
def editor(api: APIClient) -> APIClient:
    """Somebody who may change what is the persona's of the video they are about."""
    api.force_authenticate(make_staff())
    return api


def test_deleting_puts_into_the_bin_and_the_video_is_gone_from_here(editor: APIClient) -> None:
    video, other = complete(), make_video()

    assert editor.delete(f"/api/videos/{video.pk}/").status_code == 204

    assert ProductVideo.objects.binned().get() == video
    assert [found["id"] for found in editor.get("/api/videos/").json()["results"]] == [str(other.pk)]
    assert editor.get(f"/api/videos/{video.pk}/").status_code == 404
    assert editor.delete(f"/api/videos/{video.pk}").status_code == 404


def test_deleting_what_is_being_made_only_hides_it(editor: APIClient) -> None:
    video = make_video(stage="rendering", task_id="1")

    assert editor.delete(f"/api/videos/{video.pk}/").status_code == 204

    assert ProductVideo.objects.awaited().binned().get() == video


def test_only_members_who_may_change_videos_may_delete_them(api: APIClient) -> None:
    video = complete()
    people = {
        403: make_person(Role.VIEWER, video.persona),
        404: make_person(Role.MANAGER),
        204: make_person(Role.EDITOR, video.persona),
    }

    for status, person in people.items():
        api.force_authenticate(person)
        assert api.delete(f"/api/videos/{video.pk}/").status_code == status
