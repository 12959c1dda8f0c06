"""Sharing from a page: a link in two presses, with its counts, and gone in one; for who may, and of what is theirs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from factories import make_person, make_video
from library_reader import make_film

from productvideo import services
from productvideo.models import Product, ProductVideo, Scene, Share
from productvideo.roles import Role

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def address_of(subject: ProductVideo | Product) -> str:
    kind = "product" if isinstance(subject, Product) else "video"
    return reverse(f"admin:productvideo_{kind}_share", args=[subject.pk])


def make_link(client: Client, subject: ProductVideo | Product, ends: str = "") -> str:
    return client.post(address_of(subject), {"ends": ends}, headers=HTMX).content.decode()


def take_page(client: Client, video: ProductVideo) -> str:
    return client.get(reverse("admin:productvideo_video_take", args=[video.pk])).content.decode()


def test_a_link_is_made_shown_in_full_and_opens_for_a_stranger(staff: Client) -> None:
    html = make_link(staff, make_film("Dawn"))

    [link] = re.findall(r'readonly value="http://testserver(/s/[^"]+)"', html)
    assert Client().get(link).status_code == 200
    assert Share.objects.get().ends_at - timezone.now() > timedelta(days=29, hours=23)


def test_the_public_address_is_the_one_that_is_sent(staff: Client, settings: object) -> None:
    settings.PUBLIC_URL = "https://films.example"  # type: ignore[attr-defined]

    assert 'value="https://films.example/s/' in make_link(staff, make_film("Dawn"))


def test_it_works_to_the_end_of_a_chosen_day_by_the_viewer_s_clock(staff: Client) -> None:
    staff.cookies["timezone"] = "Europe/Zurich"
    day = (timezone.now() + timedelta(days=5)).date()

    make_link(staff, make_film("Dawn"), ends=day.isoformat())

    ends = Share.objects.get().ends_at.astimezone(UTC)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    assert midnight - ends in (timedelta(hours=1), timedelta(hours=2))


@pytest.mark.parametrize("ends", ["2020-01-01", "soon", "2026-02-30", "9999-12-31"])
def test_a_day_that_cannot_be_is_refused_with_a_sentence(staff: Client, ends: str) -> None:
    html = make_link(staff, make_film("Dawn"), ends=ends)

    assert 'role="alert"' in html
    assert not Share.objects.exists()


def test_the_page_of_a_take_lists_its_links_with_their_counts(staff: Client) -> None:
    video = make_film("Dawn")
    share = services.share_video(video=video)
    Share.objects.filter(pk=share.pk).update(views=3, downloads=1)

    html = take_page(staff, video)

    assert share.token in html and "opened 3 times, 1 download" in html


def test_one_press_revokes_and_the_link_is_gone(staff: Client) -> None:
    video = make_film("Dawn")
    share = services.share_video(video=video)

    html = staff.post(reverse("admin:productvideo_share_revoke", args=[share.pk]), headers=HTMX).content.decode()

    assert "The link does not work any more." in html and share.token not in html
    assert Client().get(f"/s/{share.token}/").status_code == 404
    assert share.token not in take_page(staff, video)


def test_the_chosen_takes_of_a_product_are_shared_from_its_page(staff: Client) -> None:
    video = make_film("Dawn")
    page = staff.get(reverse("admin:productvideo_product_page", args=[video.product_id])).content.decode()
    assert f'hx-get="{address_of(video.product)}"' in page

    refused = make_link(staff, video.product)
    assert "No take of this product is chosen yet" in refused
    Scene.objects.filter(pk=video.scene_id).update(chosen=video)
    made = make_link(staff, video.product)

    [link] = re.findall(r'readonly value="http://testserver(/s/[^"]+)"', made)
    assert "Dawn" in Client().get(link).content.decode()


def test_all_of_it_works_without_a_script(staff: Client) -> None:
    video = make_film("Dawn")

    page = staff.get(address_of(video)).content.decode()
    made = staff.post(address_of(video), follow=True).content.decode()
    revoke = reverse("admin:productvideo_share_revoke", args=[Share.objects.get().pk])
    revoked = staff.post(revoke, follow=True).content.decode()

    assert "Make a link" in page
    assert "The link is made" in made and "opened 0 times" in made
    assert "does not work any more" in revoked and "opened 0 times" not in revoked


def test_what_has_no_film_cannot_be_shared(staff: Client) -> None:
    video = make_video()

    assert "Make a link" not in staff.get(address_of(video)).content.decode()
    assert "Only finished videos" in make_link(staff, video)


def test_a_viewer_is_neither_shown_the_panel_nor_allowed_to_share(client: Client) -> None:
    video = make_film("Dawn")
    share = services.share_video(video=video)
    client.force_login(make_person(Role.VIEWER, video.persona))

    assert share.token not in take_page(client, video)
    assert client.post(address_of(video)).status_code == 403
    assert client.get(address_of(video)).status_code == 403
    assert client.post(reverse("admin:productvideo_share_revoke", args=[share.pk])).status_code == 403


def test_the_links_of_other_personas_are_not_there(client: Client) -> None:
    mine, theirs = make_film("Mine"), make_film("Theirs")
    services.share_video(video=mine)
    share = services.share_video(video=theirs)
    Scene.objects.filter(pk=theirs.scene_id).update(chosen=theirs)
    services.share_product(product=theirs.product)
    client.force_login(make_person(Role.MANAGER, mine.persona))

    for subject in (theirs, theirs.product):
        assert client.get(address_of(subject)).status_code == 404
        assert client.post(address_of(subject)).status_code == 404
    assert client.post(reverse("admin:productvideo_share_revoke", args=[share.pk])).status_code == 404
    listed = client.get(reverse("admin:productvideo_share_changelist")).content.decode()
    assert "Mine" in listed and "Theirs" not in listed


def test_the_list_of_links_says_which_work_and_revokes_the_ticked_ones(staff: Client) -> None:
    shares = [services.share_video(video=make_film(title)) for title in ("One", "Two", "Three")]
    Share.objects.filter(pk=shares[0].pk).update(ends_at=timezone.now() - timedelta(days=1))
    services.revoke_share(share=shares[1])
    address = reverse("admin:productvideo_share_changelist")
    before = staff.get(address).content.decode()

    ticked = {"action": "revoke", "_selected_action": [share.pk for share in shares]}
    after = staff.post(address, ticked, follow=True).content.decode()

    labels = r"whitespace-nowrap[^>]*>\s*(open|ended|revoked)\s*<"
    assert sorted(re.findall(labels, before)) == ["ended", "open", "revoked"]
    assert "2 links do not work any more." in after
    assert not Share.objects.open().exists()


def test_the_list_shows_no_link_that_works(staff: Client) -> None:
    share = services.share_video(video=make_film("One"))
    pages = [
        reverse("admin:productvideo_share_changelist"),
        reverse("admin:productvideo_share_change", args=[share.pk]),
    ]

    for page in pages:
        assert share.token not in staff.get(page).content.decode()
