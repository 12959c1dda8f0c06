"""A stranger with a link watches and downloads, and finds nothing else; without a good one, nothing at all."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from factories import make_complete_video, make_product, make_scene, make_staff, make_video

from productvideo import services
from productvideo.models import AuditEntry, Scene, Share

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger() -> Client:
    return Client()


def film_of(share: Share, video: Any) -> str:
    return f"/s/{share.token}/{video.pk}.mp4"


def test_a_stranger_sees_player_title_and_download(stranger: Client) -> None:
    video = make_complete_video(title="Morning light")
    share = services.share_video(video=video)

    page = stranger.get(f"/s/{share.token}/")

    html = page.content.decode()
    assert page.status_code == 200
    assert "<h1>Morning light</h1>" in html
    assert f'src="{film_of(share, video)}"' in html
    assert f'href="{film_of(share, video)}?download=1"' in html


def test_nothing_else_of_ours_is_on_the_page(stranger: Client) -> None:
    video = make_complete_video(prompt="A secret prompt", description="Words for the team")
    share = services.share_video(video=video)

    html = stranger.get(f"/s/{share.token}/").content.decode()

    for ours in ("A secret prompt", "Words for the team", video.persona.name, "/admin/", "/files/", "Kling", "csrf"):
        assert ours not in html, ours


def test_search_engines_and_other_sites_do_not_learn_of_it(stranger: Client) -> None:
    video = make_complete_video()
    share = services.share_video(video=video)

    for address in (f"/s/{share.token}/", film_of(share, video), "/s/guessed/"):
        answer = stranger.get(address)
        assert "noindex" in answer["X-Robots-Tag"], address
        assert answer["Referrer-Policy"] == "no-referrer", address
    assert stranger.get(f"/s/{share.token}/")["Cache-Control"] == "private, no-store"


def test_films_can_be_watched_in_parts_and_downloaded_under_a_name(stranger: Client) -> None:
    video = make_complete_video(content=b"0123456789")
    share = services.share_video(video=video)

    part = stranger.get(film_of(share, video), headers={"range": "bytes=2-4"})
    whole = stranger.get(f"{film_of(share, video)}?download=1")

    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"234")  # type: ignore[attr-defined]
    assert b"".join(whole.streaming_content) == b"0123456789"  # type: ignore[attr-defined]
    assert whole["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("trouble", ["ended", "revoked", "guessed", "binned", "deleted"])
def test_a_link_that_does_not_work_says_so_and_shows_no_byte(trouble: str, stranger: Client) -> None:
    video = make_complete_video(title="Morning light")
    share = services.share_video(video=video)
    address = f"/s/{share.token}/"
    if trouble == "ended":
        Share.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    elif trouble == "revoked":
        services.revoke_share(share=share)
    elif trouble == "guessed":
        address = f"/s/{share.token[:-1]}_/"
    elif trouble == "binned":
        services.put_into_bin(videos=[video])
    else:
        services.delete_video(video=video)

    page, film = stranger.get(address), stranger.get(f"{address}{video.pk}.mp4")

    assert "Morning light" not in page.content.decode()
    assert film.status_code == 404
    assert page.status_code == (200 if trouble == "binned" else 404)


def test_a_link_opens_no_other_video(stranger: Client) -> None:
    share, other = services.share_video(video=make_complete_video()), make_complete_video()

    assert stranger.get(film_of(share, other)).status_code == 404
    assert stranger.get(f"/s/{share.token}/{uuid.uuid4()}.jpg").status_code == 404
    assert stranger.get(other.url).status_code == 401


def test_a_product_is_shared_with_the_takes_that_are_chosen_when_it_is_opened(stranger: Client) -> None:
    product = make_product()
    first, second = make_scene(product, title="One"), make_scene(product, title="Two")
    chosen, not_chosen = make_complete_video(first, title="One"), make_complete_video(second, title="Two")
    Scene.objects.filter(pk=first.pk).update(chosen=chosen)
    share = services.share_product(product=product)
    assert stranger.get(film_of(share, not_chosen)).status_code == 404

    Scene.objects.filter(pk=second.pk).update(chosen=not_chosen)

    html = stranger.get(f"/s/{share.token}/").content.decode()
    assert html.index(film_of(share, chosen)) < html.index(film_of(share, not_chosen))


def test_openings_and_downloads_are_counted(stranger: Client) -> None:
    video = make_complete_video()
    share = services.share_video(video=video)

    stranger.get(f"/s/{share.token}/")
    stranger.get(f"/s/{share.token}/")
    stranger.head(f"/s/{share.token}/")
    for address in (f"{film_of(share, video)}?download=1", film_of(share, video)):
        assert b"".join(stranger.get(address).streaming_content)  # type: ignore[attr-defined]

    share.refresh_from_db()
    assert (share.views, share.downloads) == (2, 1)


def test_a_link_ends_after_thirty_days_or_a_chosen_day_and_both_are_in_the_log() -> None:
    video, person = make_complete_video(), make_staff()
    tomorrow = timezone.now() + timedelta(days=1)

    usual = services.share_video(video=video, by=person)
    chosen = services.share_video(video=video, by=person, ends_at=tomorrow)
    services.revoke_share(share=usual, by=person)
    services.revoke_share(share=usual, by=person)

    assert timedelta(days=29, hours=23) < usual.ends_at - timezone.now() <= timedelta(days=30)
    assert chosen.ends_at == tomorrow
    kinds = list(AuditEntry.objects.order_by("pk").values_list("kind", "who"))
    assert kinds == [("share", person.username), ("share", person.username), ("revoke", person.username)]


def test_what_is_not_finished_or_ends_before_it_begins_is_refused_with_a_sentence() -> None:
    with pytest.raises(services.RefusalError, match="Only finished videos"):
        services.share_video(video=make_video())
    with pytest.raises(services.RefusalError, match="No take of this product is chosen"):
        services.share_product(product=make_product())
    with pytest.raises(services.RefusalError, match="ended already"):
        services.share_video(video=make_complete_video(), ends_at=timezone.now())

    assert not Share.objects.exists()


def test_no_two_links_are_alike_and_each_is_long() -> None:
    video = make_complete_video()

    tokens = {services.share_video(video=video).token for _ in range(20)}

    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 43
