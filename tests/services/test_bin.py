"""The bin: out of sight at once, gone with its files after 30 days, and never a film that is still being made."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from factories import make_complete_video, make_product, make_scene, make_staff, make_video

import kling
from productvideo import bin, services
from productvideo.models import AuditEntry, ProductVideo
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db

MONTH = timedelta(days=30, seconds=1)


def lie_for(video: ProductVideo, how_long: timedelta, *, ended: timedelta | None = None) -> None:
    times: dict[str, Any] = {"binned_at": now() - how_long}
    if video.is_finished:
        times["finished_at"] = now() - (ended or how_long)
    ProductVideo.objects.filter(pk=video.pk).update(**times)


def test_what_is_in_the_bin_can_be_taken_out_again_and_the_log_says_who() -> None:
    video, person = make_complete_video(), make_staff()

    services.put_into_bin(videos=[video], by=person)
    assert not ProductVideo.objects.kept().exists()
    services.take_out_of_bin(videos=[video], by=person)

    assert ProductVideo.objects.kept().get() == video
    kinds = [(entry.kind, entry.who) for entry in AuditEntry.objects.order_by("pk")]
    assert kinds == [("bin", person.username), ("unbin", person.username)]


def test_putting_it_there_twice_is_one_deed() -> None:
    video = make_complete_video()

    assert services.put_into_bin(videos=[video]) == [video]
    assert services.put_into_bin(videos=[video]) == []

    assert AuditEntry.objects.count() == 1


def test_after_thirty_days_it_goes_with_its_files_and_the_log_stays(django_capture_on_commit_callbacks: Any) -> None:
    video = make_complete_video()
    path = Path(default_storage.path(str(video.file.name)))
    lie_for(video, MONTH)

    with django_capture_on_commit_callbacks(execute=True):
        assert bin.empty() == 1

    assert not ProductVideo.objects.exists()
    assert not path.exists()
    assert AuditEntry.objects.get().kind == "delete"


def test_before_that_it_stays() -> None:
    lie_for(make_complete_video(), timedelta(days=29, hours=23))

    assert bin.empty() == 0
    assert ProductVideo.objects.exists()


def test_one_that_is_being_made_stays_whatever_happens_and_its_days_begin_when_it_has_ended() -> None:
    making, ended = make_video(stage=Stage.RENDERING, task_id="1"), make_complete_video()
    lie_for(making, MONTH)
    lie_for(ended, MONTH, ended=timedelta(days=1))

    assert bin.empty() == 0

    assert ProductVideo.objects.count() == 2


def test_one_that_was_taken_out_meanwhile_is_not_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    video = make_complete_video()
    lie_for(video, MONTH)
    seen = list(bin._old().select_related("persona", "product", "account"))
    services.take_out_of_bin(videos=[video])

    assert not bin.delete(seen[0], by=None, only_if=bin._old())

    assert ProductVideo.objects.exists()


def test_a_video_in_the_bin_is_still_collected_and_counted() -> None:
    video = make_video(stage=Stage.RENDERING, task_id="1")

    services.put_into_bin(videos=[video])

    assert ProductVideo.objects.awaited().get() == video
    assert ProductVideo.objects.at_kling().get() == video


def test_a_purchase_and_a_cancellation_are_in_the_log_with_who_and_the_price() -> None:
    person, product = make_staff(), make_product()
    settings = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)
    scene = services.SeenScene.of(make_scene(product))

    [video] = services.approve(product=product, scenes=[scene], settings=settings, by=person)
    services.cancel(video=video, by=person)

    entries = [(entry.kind, entry.who, entry.persona, entry.units) for entry in AuditEntry.objects.order_by("pk")]
    assert entries == [
        ("spend", person.username, product.persona, video.units_estimated),
        ("cancel", person.username, product.persona, None),
    ]
