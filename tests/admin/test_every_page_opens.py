"""Every page of the admin opens, with rows on it; badges know every state; banners say what must be known."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from factories import make_account, make_complete_video, make_person, make_scene, make_staff, make_video
from rest_framework.authtoken.models import Token, TokenProxy

from productvideo import services
from productvideo.admin import badges
from productvideo.models import AuditEntry, ProductVideo, Scene, Submission, VideoEvent, Writing
from productvideo.roles import Role
from productvideo.services import Level
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
PAGES = [(model, page) for model in admin.site._registry for page in ("changelist", "add", "change", "delete")]


@pytest.fixture
def owner(client: Client) -> Client:
    client.force_login(make_staff(username="owner", is_superuser=True))
    return client


@pytest.fixture
def rows(owner: Client) -> None:
    """At least one row of everything, and a video in every stage that has a page of its own."""
    scene = make_scene()
    done = make_complete_video(scene)
    make_video(scene, attention="Look here.")
    VideoEvent.objects.create(video=done, to_stage=Stage.COMPLETE, why="Saved.", who="stillreel")
    Submission.objects.create(
        video_id=done.pk,
        host="https://kling.test",
        persona_key=done.persona_id,
        persona=done.persona.name,
        units_estimated="1.5",
    )
    Writing.objects.create(product=scene.product, plan="packshot", template_version="1")
    AuditEntry.objects.create(kind=AuditEntry.Kind.SPEND, subject="Cup", who="anna", units="1.5")
    Group.objects.create(name="Marketing")
    Token.objects.create(user=make_staff())
    services.share_video(video=done)


def name_of(model: type[Model], page: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


def address(model: type[Model], page: str) -> str:
    if page in ("changelist", "add"):
        return reverse(name_of(model, page))
    row = model._default_manager.first()
    assert row is not None, f"no row of {model}"
    return reverse(name_of(model, page), args=[row.user_id if model is TokenProxy else row.pk])


@pytest.mark.parametrize(("model", "page"), PAGES, ids=lambda value: getattr(value, "__name__", value))
@pytest.mark.usefixtures("rows")
def test_every_page_opens(owner: Client, model: type[Model], page: str) -> None:
    response = owner.get(address(model, page), follow=True)

    page_admin: ModelAdmin = admin.site._registry[model]
    allowed = {
        "changelist": True,
        "change": True,
        "add": page_admin.has_add_permission(response.wsgi_request),
        "delete": page_admin.has_delete_permission(response.wsgi_request, model._default_manager.first()),
    }[page]
    assert response.status_code == (200 if allowed else 403)


@pytest.mark.parametrize("page", ["admin:index", "admin:password_change", "admin:productvideo_product_new"])
def test_the_pages_beside_the_registry_open(owner: Client, page: str) -> None:
    assert owner.get(reverse(page)).status_code == 200


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model.__name__)
@pytest.mark.usefixtures("rows")
def test_every_list_can_be_searched(owner: Client, model: type[Model]) -> None:
    assert owner.get(address(model, "changelist"), {"q": "cup"}).status_code == 200


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model.__name__)
def test_no_list_is_longer_than_a_person_reads(model: type[Model]) -> None:
    assert admin.site._registry[model].list_per_page <= 50


@pytest.mark.parametrize(
    ("looks", "states"),
    [
        (badges.STAGES, Stage),
        (badges.OUTCOMES, Submission.Outcome),
        (badges.SOURCES, Scene.Source),
        (badges.MONTHS, Level),
        (badges.DEEDS, AuditEntry.Kind),
    ],
)
def test_every_state_has_its_badge_and_no_badge_is_left_over(looks: dict[str, str], states: type) -> None:
    assert set(looks) == set(states)


def test_a_list_of_videos_asks_the_database_as_often_for_many_as_for_one(
    owner: Client, django_assert_max_num_queries
) -> None:
    scene = make_scene()
    for _ in range(8):
        make_complete_video(scene)

    with django_assert_max_num_queries(15):
        assert owner.get(reverse("admin:productvideo_productvideo_changelist")).status_code == 200


@pytest.mark.usefixtures("rows")
def test_kling_s_own_link_is_shown_nowhere(owner: Client) -> None:
    video = make_complete_video(source_url="https://kling.example/signed-secret")

    pages = [
        reverse("admin:productvideo_productvideo_change", args=[video.pk]),
        reverse("admin:productvideo_productvideo_changelist"),
        reverse("admin:productvideo_product_page", args=[video.product_id]),
    ]

    assert not any(b"signed-secret" in owner.get(page).content for page in pages)


@pytest.mark.parametrize("make", [make_complete_video, make_video])
def test_deleting_a_video_on_its_admin_page_puts_it_into_the_bin(owner: Client, make: Any) -> None:
    video = make()

    page = owner.post(address(ProductVideo, "delete"), {"post": "yes"}, follow=True).content.decode()

    assert "1 video is in the bin for 30 days." in page and "Undo" in page
    assert ProductVideo.objects.binned().get() == video
    assert (str(video.pk) in page.partition("result_list")[2]) is False


def test_a_viewer_sees_products_and_nothing_of_the_ledger(client: Client) -> None:
    client.force_login(make_person(Role.VIEWER))

    products = client.get(reverse("admin:productvideo_product_changelist"))

    assert products.status_code == 200
    assert "Ledger" not in products.content.decode()
    assert client.get(reverse("admin:productvideo_submission_changelist")).status_code == 403


# Banners.


@pytest.mark.parametrize("page", ["admin:index", "admin:productvideo_product_changelist", "admin:password_change"])
def test_practice_mode_is_said_on_every_page(owner: Client, page: str, settings) -> None:
    practising = owner.get(reverse(page)).content.decode()
    settings.PRACTICE_MODE, settings.KLING_API_KEY = False, "api-key-kling-" + "k" * 32
    real = owner.get(reverse(page)).content.decode()

    assert "Practice mode:" in practising and "KLING_API_SECRET" in practising
    assert "Practice mode:" not in real


def test_practice_mode_is_said_before_signing_in(client: Client) -> None:
    assert "Practice mode:" in client.get(reverse("admin:login")).content.decode()


def test_a_pause_is_said_on_every_page(owner: Client) -> None:
    make_account(host="sandbox", simulated=True, pause_reason="The Kling account has no units left.")

    assert "has no units left" in owner.get(reverse("admin:index")).content.decode()


def test_half_a_key_pair_is_said_on_every_page(owner: Client, settings) -> None:
    settings.PRACTICE_MODE, settings.KLING_API_KEY, settings.KLING_API_SECRET = False, "a" * 32, ""

    assert "KLING_API_SECRET" in owner.get(reverse("admin:index")).content.decode()
