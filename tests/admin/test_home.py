"""The home page: a photo to drop, and below it only what is not empty and what the person may see."""

import time
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from factories import (
    jpeg,
    make_account,
    make_complete_video,
    make_person,
    make_persona,
    make_product,
    make_scene,
    make_staff,
    make_video,
)
from many_videos import make_videos

from personas.models import Persona
from productvideo.models import KlingAccount, Product, ProductVideo, Visit
from productvideo.roles import Role
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
HOME = "/admin/"
DROP = "/admin/productvideo/product/drop/"


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client) -> str:
    answer = client.get(HOME)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def persona() -> Persona:
    return make_persona(name="Nord")


@pytest.fixture
def editor(persona: Persona) -> Client:
    return signed_in(make_person(Role.EDITOR, persona))


@pytest.fixture
def spender(persona: Persona) -> Client:
    return signed_in(make_person(Role.SPENDER, persona))


def scene_of(persona: Persona):
    return make_scene(make_product(persona))


# The first day.


def test_the_first_day_offers_one_drop_zone_three_steps_and_what_practice_is(editor: Client) -> None:
    html = page(editor)

    assert 'id="drop"' in html and "three short videos" in html
    assert html.count("<li><strong>") == 3 and "nothing is charged" in html
    assert "Newest videos" not in html and "Needs you" not in html


def test_with_real_keys_the_first_day_says_nothing_of_practice(editor: Client, settings) -> None:
    settings.PRACTICE_MODE, settings.KLING_API_KEY = False, "api-key-kling-" + "k" * 32

    assert "sandbox" not in page(editor)


def test_who_is_a_member_of_nothing_is_told_whom_to_ask() -> None:
    assert "Ask a manager" in page(signed_in(make_person(Role.EDITOR)))


def test_a_viewer_is_offered_nothing_to_drop(persona: Persona) -> None:
    assert 'id="drop"' not in page(signed_in(make_person(Role.VIEWER, persona)))


def test_the_very_first_brand_is_named_on_dropping_and_its_namer_is_a_member() -> None:
    manager = make_person(Role.MANAGER)
    client = signed_in(manager)

    client.post(DROP, {"dropped_with": uuid.uuid4(), "new_persona": "Nord", "photo": photo()})

    assert manager.personas.get().name == "Nord"
    assert Product.objects.get().persona.name == "Nord"


def test_a_brand_that_exists_is_not_entered_by_its_name(persona: Persona) -> None:
    client = signed_in(make_person(Role.MANAGER))

    client.post(DROP, {"dropped_with": uuid.uuid4(), "new_persona": "nord", "photo": photo()})

    assert not Product.objects.exists() and not persona.members.exists()


# The lists.


def test_only_what_is_not_empty_is_there(editor: Client, persona: Persona) -> None:
    make_complete_video(scene_of(persona))

    html = page(editor)

    assert "Newest videos" in html
    assert not [title for title in ("Being made", "Needs you", "New since") if title in html]


def test_what_is_being_made_leads_to_its_product(editor: Client, persona: Persona) -> None:
    video = make_video(scene_of(persona), stage=Stage.RENDERING, task_id="t")
    make_video(scene_of(persona), binned_at=timezone.now())

    html = page(editor)

    assert 'Being made <span class="sr-count">1</span>' in html
    assert reverse("admin:productvideo_product_page", args=[video.product_id]) in html


def test_a_failure_leads_to_its_take_until_it_was_made_again(editor: Client, persona: Persona) -> None:
    scene = scene_of(persona)
    make_video(
        scene, stage=Stage.FAILED, due_at=None, error_message="Too dark.", finished_at=timezone.now(), title="Push-in"
    )
    cancelled = {"stage": Stage.FAILED, "due_at": None, "error_code": "cancelled", "finished_at": timezone.now()}
    make_video(scene_of(persona), title="Never sent", **cancelled)

    failed = page(editor)
    make_video(scene)
    made_again = page(editor)

    assert "failed: Too dark." in failed and "Never sent” of" not in failed
    assert "failed: Too dark." not in made_again


def test_many_failures_are_told_in_four_lines(editor: Client, persona: Persona) -> None:
    for _ in range(6):
        make_video(scene_of(persona), stage=Stage.FAILED, due_at=None, finished_at=timezone.now(), error_message="No.")

    html = page(editor)

    assert html.count("failed: No.") == 3 and "More videos have failed since" in html


def test_what_waits_for_an_approval_is_told_to_who_may_approve(
    editor: Client, spender: Client, persona: Persona
) -> None:
    scene_of(persona)

    assert "nobody has approved yet" in page(spender)
    assert reverse("admin:productvideo_to_approve") in page(spender)
    assert "nobody has approved yet" not in page(editor)


def test_a_budget_that_is_nearly_used_is_told_from_80_percent_on(editor: Client, persona: Persona) -> None:
    Persona.objects.update(monthly_units=Decimal("1.9"))
    make_video(scene_of(persona), make_account(host="sandbox", simulated=True))

    near = "units left this month" in page(editor)
    Persona.objects.update(monthly_units=Decimal("1.8"))

    assert not near
    assert "units left this month" in page(editor)


def test_who_may_not_change_a_limit_is_led_to_the_figures(editor: Client, persona: Persona) -> None:
    Persona.objects.update(monthly_units=Decimal(1))
    make_video(scene_of(persona), make_account(host="sandbox", simulated=True))
    manager = signed_in(make_person(Role.MANAGER, persona))
    change = reverse("admin:personas_persona_change", args=[persona.pk])

    assert f'class="sr-button" href="{change}"' in page(manager)
    assert f'class="sr-button" href="{change}"' not in page(editor)


def test_a_pause_is_told_and_leads_to_where_its_reason_stands(editor: Client, persona: Persona) -> None:
    scene_of(persona)
    make_account(host="sandbox", simulated=True, pause_reason="The pack is used up.")

    assert "Nothing is sent to Kling just now. The pack is used up." in page(editor)


def test_what_is_flagged_asks_to_be_looked_at(editor: Client, persona: Persona) -> None:
    make_complete_video(scene_of(persona), attention="Kling has two tasks.")

    assert "Kling has two tasks." in page(editor)


def test_new_is_what_became_ready_since_the_last_visit_ended(persona: Persona) -> None:
    person = make_person(Role.EDITOR, persona)
    client = signed_in(person)
    make_complete_video(scene_of(persona), finished_at=timezone.now() - timedelta(hours=3), title="Old one")
    fresh = make_complete_video(scene_of(persona), finished_at=timezone.now(), title="Fresh one")
    first_visit = page(client)
    Visit.objects.update(before=timezone.now() - timedelta(hours=2))
    html = page(client)

    assert "New since" not in first_visit
    assert 'New since you were here <span class="sr-count">1</span>' in html
    assert html.count(f"tile-{fresh.pk}") == 1  # and not among the newest once more
    assert html.index("Fresh one") < html.index("Newest videos") < html.index("Old one")


def test_nobody_sees_what_belongs_to_others(editor: Client) -> None:
    other = make_persona(name="Secret", monthly_units=Decimal(1))
    scene = make_scene(make_product(other, name="Hidden lamp"), title="Hidden scene")
    make_video(scene, make_account(host="sandbox", simulated=True))
    make_complete_video(scene, title="Hidden film")
    make_video(scene, stage=Stage.FAILED, due_at=None, finished_at=timezone.now(), title="Hidden failure")

    html = page(editor)

    assert "Hidden" not in html and "Secret" not in html


def test_the_lists_come_again_only_when_they_have_changed(editor: Client, persona: Persona) -> None:
    video = make_video(scene_of(persona), stage=Stage.STORING, task_id="t")
    mark = page(editor).split("?mark=")[1][:16]
    asked = {"path": f"{HOME}?mark={mark}", "headers": {"HX-Request": "true"}}

    same = editor.get(**asked)
    ProductVideo.objects.filter(pk=video.pk).update(stage=Stage.FAILED, due_at=None, finished_at=timezone.now())
    changed = editor.get(**asked)

    assert same.status_code == 204
    assert "Being made" not in changed.content.decode() and "failed" in changed.content.decode()


@pytest.mark.parametrize("address", [HOME, "/admin/productvideo/product/figures/"])
def test_ten_thousand_videos_take_as_many_questions_as_ten(persona: Persona, address: str) -> None:
    client = signed_in(make_person(Role.MANAGER, persona))
    make_videos(10, scene=scene_of(persona))
    make_video(scene_of(persona))
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    make_videos(9_990, scene=scene_of(persona))

    with CaptureQueriesContext(connection) as many:
        began = time.perf_counter()
        assert client.get(address).status_code == 200
    assert len(few) == len(many)
    assert time.perf_counter() - began < 1.5  # generous; it is a tenth of that on an idle machine


# The line on top.


def test_the_line_on_top_tells_of_the_personas_that_one_sees(editor: Client, persona: Persona) -> None:
    account = make_account(host="sandbox", simulated=True)
    make_video(scene_of(persona), account)
    make_video(scene_of(make_persona()), account)
    unlimited = page(editor)
    Persona.objects.filter(pk=persona.pk).update(monthly_units=Decimal(100))
    limited = editor.get(reverse("admin:productvideo_product_changelist")).content.decode()

    assert "This month $0.21 · sandbox ready · 1 being made" in unlimited
    assert "This month $0.21 of $14.00 · sandbox ready · 1 being made" in limited
    assert reverse("admin:productvideo_figures") in limited


def test_without_a_price_of_a_unit_the_line_counts_units(editor: Client, persona: Persona, settings) -> None:
    settings.KLING_UNIT_PRICE = Decimal(0)
    make_video(scene_of(persona), make_account(host="sandbox", simulated=True))

    assert "This month 1.5 units ·" in page(editor)


def test_the_line_says_that_kling_is_paused(editor: Client, settings) -> None:
    settings.PRACTICE_MODE, settings.KLING_API_KEY = False, "api-key-kling-" + "k" * 32
    KlingAccount.objects.create(host=settings.KLING_API_BASE_URL, pause_reason="No units are left.")

    assert "This month $0.00 · Kling paused" in page(editor)


def test_strangers_see_no_line(client: Client) -> None:
    assert "This month" not in client.get("/admin/login/").content.decode()


# Dropping.


def photo(name: str = "blue_cup.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or jpeg())


def test_one_photo_leads_to_its_product_which_waits_for_no_worker(editor: Client) -> None:
    answer = editor.post(DROP, {"dropped_with": uuid.uuid4(), "photo": photo(), "description": "Of clay."})

    product = Product.objects.get()
    assert answer.url == reverse("admin:productvideo_product_page", args=[product.pk])
    assert (product.name, product.description, product.scenes_wanted_at) == ("Blue cup", "Of clay.", None)


def test_several_photos_lead_to_the_page_that_shows_them_together(editor: Client) -> None:
    together = uuid.uuid4()
    photos = [photo("one.jpg"), photo("two.jpg", jpeg(colour="navy")), photo("three.jpg", b"no picture")]

    answer = editor.post(DROP, {"dropped_with": together, "photo": photos}, follow=True)

    html = answer.content.decode()
    assert answer.request["PATH_INFO"] == reverse("admin:productvideo_dropped_to_approve", args=[together])
    assert "One</a>" in html and "Two</a>" in html and "“three.jpg”" in html
    assert Product.objects.waiting_for_scenes().count() == 2


def test_the_persona_is_asked_for_where_there_are_several(persona: Persona) -> None:
    other = make_persona(name="Süd")
    client = signed_in(make_person(Role.EDITOR, persona, other))
    form = {"dropped_with": str(uuid.uuid4()), "photo": photo()}
    asked = page(client)

    client.post(DROP, form)
    nobody = Product.objects.count()
    client.post(DROP, {**form, "photo": photo(), "persona": other.pk})

    assert "For whom?" in asked and nobody == 0
    assert Product.objects.get().persona == other


def test_nobody_drops_for_a_persona_that_they_do_not_see(persona: Persona) -> None:
    client = signed_in(make_person(Role.EDITOR, persona, make_persona()))

    client.post(DROP, {"dropped_with": uuid.uuid4(), "photo": photo(), "persona": make_persona().pk})

    assert not Product.objects.exists()


def test_who_may_not_make_products_drops_nothing(persona: Persona) -> None:
    viewer = signed_in(make_person(Role.VIEWER, persona))

    assert viewer.post(DROP, {"dropped_with": uuid.uuid4(), "photo": photo()}).status_code == 403
    assert not Product.objects.exists()


def test_one_by_one_each_photo_is_answered_for_itself(editor: Client) -> None:
    form = {"dropped_with": str(uuid.uuid4()), "number": "2"}
    address = reverse("admin:productvideo_drop_one")

    made = editor.post(address, {**form, "photo": photo("IMG_1.jpg")})
    refused = editor.post(address, {**form, "photo": photo("x.gif", b"GIF89a")})
    nothing = editor.post(address, form)

    assert made.json()["name"] == "Product 2" and form["dropped_with"] in made.json()["address"]
    assert refused.status_code == 400 and "x.gif" in refused.json()["error"]
    assert nothing.status_code == 400 and nothing.json()["error"]


def test_more_than_fifty_in_one_form_are_not_taken(editor: Client) -> None:
    small = jpeg(300, 300)
    photos = [photo(f"cup {number}.jpg", small) for number in range(52)]

    answer = editor.post(DROP, {"dropped_with": uuid.uuid4(), "photo": photos}, follow=True)

    assert "At most 50 photos" in answer.content.decode()
    assert Product.objects.count() == 50


def test_superusers_see_everything() -> None:
    make_complete_video(make_scene(make_product(name="Somebody's lamp")))

    assert "Somebody&#x27;s lamp" in page(signed_in(make_staff()))
