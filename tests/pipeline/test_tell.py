"""Mail: one per product for who approved, once all of it has ended; never twice, and never in the videos' way."""

import importlib
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from factories import make_account, make_product, make_scene, make_staff, make_video

from productvideo import pipeline
from productvideo.models import Product, ProductVideo
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
tell = importlib.import_module("productvideo.pipeline.tell")  # the package shows its function by that name


@pytest.fixture(autouse=True)
def mail_is_set_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_URL = "smtp://mail.test"
    settings.PUBLIC_URL = "https://films.example"
    monkeypatch.setattr(tell, "_quiet_until", {"mail": 0.0})


@pytest.fixture
def anna() -> User:
    return make_staff(username="anna", email="anna@example.com")


@pytest.fixture
def product() -> Product:
    return make_product(name="Espresso & cup")


def ended(product: Product, by: User, stage: Stage = Stage.FAILED, **columns: Any) -> ProductVideo:
    video = make_video(make_scene(product, title="Turn"), approved_by=by, account=columns.pop("account", None))
    last = {"stage": stage, "due_at": None, "finished_at": now(), "error_message": "Kling could not make it."}
    if stage == Stage.COMPLETE:
        last |= {"file": "a.mp4", "sha256": "0", "url": "/a.mp4", "size_bytes": 1, "error_message": ""}
    ProductVideo.objects.filter(pk=video.pk).update(**last | columns)
    return video


def test_who_approved_gets_one_mail_once_all_of_a_product_has_ended(product: Product, anna: User) -> None:
    ended(product, anna, Stage.COMPLETE)
    ended(product, anna)
    last = make_video(make_scene(product), approved_by=anna)
    pipeline.tell()
    assert mail.outbox == []

    ProductVideo.objects.filter(pk=last.pk).update(stage=Stage.FAILED, due_at=None, finished_at=now())
    assert [pipeline.tell(), pipeline.tell()] == [1, 0]

    [told] = mail.outbox
    assert (told.to, told.subject) == (["anna@example.com"], "1 of 3 ready: Espresso & cup")
    assert "Turn · take 1: ready" in told.body
    assert "failed. Kling could not make it." in told.body
    assert f"https://films.example/admin/productvideo/product/{product.pk}/" in told.body


def test_everybody_hears_of_their_own_videos_only(product: Product, anna: User) -> None:
    ended(product, anna)
    ended(product, make_staff(email="ben@example.com"))
    make_video(make_scene(product), approved_by=make_staff(email="cleo@example.com"))

    assert pipeline.tell() == 2

    assert sorted(told.to[0] for told in mail.outbox) == ["anna@example.com", "ben@example.com"]


def test_the_next_purchase_brings_a_mail_of_its_own(product: Product, anna: User) -> None:
    ended(product, anna)
    pipeline.tell()
    ended(product, anna, Stage.COMPLETE)

    pipeline.tell()

    assert [told.subject for told in mail.outbox] == ["0 of 1 ready: Espresso & cup", "1 of 1 ready: Espresso & cup"]


def test_practice_says_so(product: Product, anna: User) -> None:
    ended(product, anna, Stage.COMPLETE, account=make_account(host="sandbox", simulated=True))

    pipeline.tell()

    assert mail.outbox[0].subject == "Practice: 1 of 1 ready: Espresso & cup"
    assert "nothing was charged" in mail.outbox[0].body


def test_a_mail_that_fails_is_tried_later_and_stops_nothing(
    product: Product, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(product, anna)

    def refuse(*_: object, **__: object) -> int:
        raise SMTPException("no")

    with monkeypatch.context() as broken:
        broken.setattr(tell, "send_mail", refuse)
        assert pipeline.tell() == 0
    assert pipeline.tell() == 0, "the mail server is left alone for a while"
    monkeypatch.setattr(tell, "_quiet_until", {"mail": 0.0})
    assert pipeline.tell() == 1

    assert len(mail.outbox) == 1


@pytest.mark.parametrize("change", ["no server", "no address", "left", "nobody", "old", "cancelled"])
def test_nobody_is_told_without_a_reason(product: Product, anna: User, settings: Any, change: str) -> None:
    video = ended(product, anna)
    row = ProductVideo.objects.filter(pk=video.pk)
    match change:
        case "no server":
            settings.EMAIL_URL = ""
        case "no address":
            User.objects.update(email="")
        case "left":
            User.objects.update(is_active=False)
        case "nobody":
            row.update(approved_by=None)
        case "old":
            row.update(finished_at=now() - timedelta(days=2))
        case "cancelled":
            row.update(error_code="cancelled")

    assert pipeline.tell() == 0

    assert mail.outbox == []


def test_of_two_workers_one_tells(product: Product, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ended(product, anna)
    untold = tell._untold

    def first_somebody_else(*_: object) -> object:
        videos = untold()
        found = list(videos)
        ProductVideo.objects.update(told_at=now())
        return _Fixed(found)

    monkeypatch.setattr(tell, "_due", lambda: [(product.pk, anna.pk)])
    monkeypatch.setattr(tell, "_untold", first_somebody_else)

    assert pipeline.tell() == 0
    assert mail.outbox == []


class _Fixed(list[ProductVideo]):
    """What was read before somebody else was quicker."""

    def filter(self, **_: object) -> "_Fixed":
        return self

    def order_by(self, *_: object) -> "_Fixed":
        return self
