"""Putting videos into the bin, undoing that, and deleting them for good, by who may and with what is theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from factories import make_person, make_video
from library_reader import Library, make_film

from productvideo import services
from productvideo.models import AuditEntry, ProductVideo, Scene, Submission
from productvideo.querysets import now
from productvideo.roles import Role
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


def press(client: Client, button: str, *videos: ProductVideo, **fields: str) -> str:
    address = reverse(f"admin:productvideo_{button}")
    answer = client.post(address, {"video": [video.pk for video in videos], **fields}, follow=True)
    return answer.content.decode()


def status(client: Client, button: str, *videos: ProductVideo) -> int:
    address = reverse(f"admin:productvideo_{button}")
    return client.post(address, {"video": [video.pk for video in videos]}).status_code


def test_the_selected_go_to_the_bin_and_the_next_page_offers_to_undo_it(staff: Client, library: Library) -> None:
    one, two, other = make_film("One"), make_film("Two"), make_film("Other")

    html = press(staff, "library_bin", one, two, next="/admin/productvideo/productvideo/library/?sort=title")

    assert "2 videos are in the bin for 30 days." in html and ">Undo</button>" in html
    assert 'name="next" value="/admin/productvideo/productvideo/library/?sort=title"' in html
    assert library.titles() == ["Other"]
    assert "Undo</button>" not in library.html()
    press(staff, "bin_take_out", one, two)
    assert set(library.titles()) == {"One", "Two", str(other.title)}
    assert AuditEntry.objects.filter(kind="bin", who="anna").count() == 2


def test_one_that_is_being_made_is_only_hidden_and_the_words_say_what_that_means(staff: Client) -> None:
    making, done = make_video(stage=Stage.RENDERING, task_id="1"), make_film("Done")

    both = press(staff, "library_bin", making, done)

    assert "1 of them is still being made: it goes on, and is saved and charged." in both
    assert ProductVideo.objects.awaited().get() == making
    assert "Still being made; its 30 days begin when it has ended." in Library(staff).html(page="bin")


def test_the_bin_says_how_long_each_stays_and_who_put_it_there(staff: Client, library: Library) -> None:
    fresh, old = make_film("Fresh"), make_film("Old")
    press(staff, "library_bin", fresh, old)
    ProductVideo.objects.filter(pk=old.pk).update(binned_at=now() - timedelta(days=29, hours=2))

    html = library.html(page="bin")

    assert library.titles(page="bin") == ["Fresh", "Old"]
    assert "Gone in 29 days. By anna." in html and "Gone within a day." in html


def test_deleting_for_good_asks_first(staff: Client, django_capture_on_commit_callbacks: Any) -> None:
    video, making = make_film("Done"), make_video()
    services.put_into_bin(videos=[video, making])

    asked = press(staff, "bin_delete", video, making)
    assert "Delete for good?" in asked and "1 video is still being made" in asked
    assert ProductVideo.objects.count() == 2

    with django_capture_on_commit_callbacks(execute=True):
        done = press(staff, "bin_delete", video, making, sure="yes")

    assert "1 video is deleted for good." in done
    assert ProductVideo.objects.get() == making
    assert not default_storage.exists(str(video.file.name))
    assert AuditEntry.objects.filter(kind="delete", who="anna").exists()


def test_only_what_is_still_in_the_bin_can_be_deleted(staff: Client) -> None:
    video = make_film("Kept")

    html = press(staff, "bin_delete", video, sure="yes")

    assert "0 videos are deleted for good." in html
    assert ProductVideo.objects.get() == video


def test_the_ledger_stays(staff: Client) -> None:
    video = make_film("Paid")
    Submission.objects.create(video_id=video.pk, host="h", persona_key=1, persona="P", units_estimated="1.5")
    services.put_into_bin(videos=[video])

    press(staff, "bin_delete", video, sure="yes")

    assert Submission.objects.filter(video_id=video.pk).exists()


def test_an_empty_bin_says_what_it_is_for(library: Library) -> None:
    assert "The bin is empty." in library.html(page="bin")


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.VIEWER, set()),
        (Role.EDITOR, {"library_bin", "bin_take_out"}),
        (Role.SPENDER, {"library_bin", "bin_take_out", "bin_delete", "library_retake"}),
    ],
)
def test_each_role_may_what_it_says(client: Client, role: Role, may: set[str]) -> None:
    video = make_film("Mine")
    client.force_login(make_person(role, video.persona))

    buttons = ("library_bin", "bin_take_out", "bin_delete", "library_retake")
    assert {button for button in buttons if status(client, button, video) != 403} == may


def test_nobody_touches_the_videos_of_personas_that_are_not_theirs(client: Client) -> None:
    mine, theirs = make_film("Mine"), make_film("Theirs")
    client.force_login(make_person(Role.MANAGER, mine.persona))

    press(client, "library_bin", mine, theirs)
    assert ProductVideo.objects.binned().get() == mine
    services.put_into_bin(videos=[theirs])
    press(client, "bin_take_out", theirs)
    press(client, "bin_delete", theirs, sure="yes")

    assert theirs in ProductVideo.objects.binned()
    assert Library(client).titles(page="bin") == ["Mine"]


def test_the_way_back_leads_to_no_other_site(staff: Client) -> None:
    address = reverse("admin:productvideo_library_bin")

    for elsewhere in ("https://evil.example/", "//evil.example/", "evil", "javascript:alert(1)"):
        answer = staff.post(address, {"video": make_film("One").pk, "next": elsewhere})
        assert answer["Location"] == reverse("admin:productvideo_library"), elsewhere


def test_the_page_of_a_take_in_the_bin_says_so_and_takes_it_out(staff: Client) -> None:
    video = make_film("One")
    services.put_into_bin(videos=[video])
    address = reverse("admin:productvideo_video_take", args=[video.pk])

    html = staff.get(address).content.decode()
    assert "This video is in the bin since" in html and "Gone in 29 days." in html
    assert "Make a link" not in html and "Choose" not in html
    back = press(staff, "bin_take_out", video, next=address)

    assert "1 video is out of the bin again." in back and "in the bin since" not in back


def test_the_lists_count_and_show_what_is_not_in_the_bin(staff: Client) -> None:
    video = make_film("One")
    Scene.objects.filter(pk=video.scene_id).update(chosen=video)
    services.put_into_bin(videos=[video])
    listed = reverse("admin:productvideo_productvideo_changelist")

    assert "0 complete" in staff.get(reverse("admin:productvideo_product_changelist")).content.decode()
    assert str(video.pk) not in staff.get(listed).content.decode()
    assert str(video.pk) in staff.get(f"{listed}?bin=yes").content.decode()
    assert str(video.pk) in staff.get(f"{listed}?bin=both").content.decode()


def test_asking_htmx_s_way_does_not_use_up_the_offer_to_undo(staff: Client) -> None:
    live, done = make_video(), make_film("One")
    address = reverse("admin:productvideo_video_take", args=[live.pk])
    staff.post(reverse("admin:productvideo_library_bin"), {"video": done.pk})

    assert "Undo</button>" not in staff.get(address, headers={"HX-Request": "true"}).content.decode()

    assert "Undo</button>" in staff.get(address).content.decode()
