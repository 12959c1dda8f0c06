"""What one may not do is not shown, and what one may not see is nowhere: pages, lists, filters, the API."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from factories import (
    jpeg,
    make_account,
    make_complete_video,
    make_person,
    make_persona,
    make_product,
    make_scene,
    make_video,
)
from rest_framework.test import APIClient

from personas.models import Persona
from productvideo.models import Product, ProductVideo, Scene
from productvideo.roles import Role, give
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def house() -> Persona:
    return make_persona(name="House")


@pytest.fixture
def scene(house: Persona) -> Scene:
    """A scene with a finished, a failed and a waiting take."""
    scene, account = make_scene(make_product(house)), make_account(host="sandbox", simulated=True)
    make_complete_video(scene, account=account)
    make_video(scene, account, stage=Stage.FAILED, due_at=None, error_code="policy", error_message="Refused.")
    make_video(scene, account)
    return scene


def enter(client: Client, role: Role, *personas: Persona) -> Client:
    client.force_login(make_person(role, *personas))
    return client


def page_of(scene: Scene) -> str:
    return reverse("admin:productvideo_product_page", args=[scene.product_id])


def buttons_of(html: str) -> set[str]:
    """Return what the buttons and forms of a page ask for: the last word of each address."""
    main = html[html.index("<main") : html.index("</main>")]
    addresses = re.findall(r'(?:action|formaction|hx-post)="([^"]+)"', main)
    return {address.rstrip("/").rpartition("/")[2] for address in addresses}


EDITING = {"add", "again", "mend", "drop", "plan", "shape", "choose", "remove"}
VIEWS = {"Home", "Products", "Library", "Personas", "Bin", "Figures", "All videos"}
ENTRIES = VIEWS | {
    "New product",
    "Shares",
    "To approve",
    "Ledger",
    "Log",
    "Kling accounts",
    "People",
    "Invite",
    "Users",
}
SPENDING = {"approve", "retake", "cancel", "credit"}


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.VIEWER, set()),
        (Role.EDITOR, EDITING),
        (Role.SPENDER, EDITING | SPENDING),
        (Role.MANAGER, EDITING | SPENDING),
    ],
)
def test_a_product_s_page_has_the_buttons_that_one_may_press(
    client: Client, house: Persona, scene: Scene, role: Role, shown: set[str]
) -> None:
    html = enter(client, role, house).get(page_of(scene)).content.decode()

    found = {word for word in buttons_of(html) if not word.isdigit()}  # the number is of the scene that is saved
    assert found == shown
    assert ("<textarea" in html) == bool(shown)
    assert scene.prompt in html
    assert "Download" in html


def test_a_viewer_is_told_that_there_are_no_scenes_and_has_none_written(client: Client, house: Persona) -> None:
    product = make_product(house)

    html = enter(client, Role.VIEWER, house).get(reverse("admin:productvideo_product_page", args=[product.pk]))

    assert "No scenes are written yet." in html.content.decode()
    assert "write-scenes" not in html.content.decode()


@pytest.mark.parametrize(
    ("role", "entries"),
    [
        (Role.VIEWER, VIEWS),
        (Role.EDITOR, VIEWS | {"New product", "Shares"}),
        (Role.SPENDER, VIEWS | {"New product", "Shares", "To approve", "Ledger", "Log"}),
        (
            Role.MANAGER,
            VIEWS | {"New product", "Shares", "To approve", "Ledger", "Log", "Kling accounts", "People", "Invite"},
        ),
    ],
)
def test_the_sidebar_has_what_one_may_open(client: Client, house: Persona, role: Role, entries: set[str]) -> None:
    html = enter(client, role, house).get("/admin/password_change/").content.decode()

    sidebar = html[html.index('id="nav-sidebar-apps"') :]
    there = {word.strip() for word in re.findall(r"<span>([^<]+)</span>", sidebar)}
    assert there & ENTRIES == entries


def test_a_refusal_is_a_calm_page_that_says_what_it_takes(client: Client, house: Persona) -> None:
    answer = enter(client, Role.EDITOR, house).get(reverse("people"))

    assert answer.status_code == 403
    assert "This takes the role manager; yours is editor." in answer.content.decode()


def test_a_button_that_one_may_not_press_any_more_brings_the_page_anew(
    client: Client, house: Persona, scene: Scene
) -> None:
    person = make_person(Role.SPENDER, house)
    client.force_login(person)
    give(person, Role.VIEWER)

    answer = client.post(reverse("admin:productvideo_product_approve", args=[scene.product_id]), headers=HTMX)

    assert (answer.status_code, answer["HX-Refresh"]) == (403, "true")
    html = client.get(page_of(scene)).content.decode()
    assert "This takes the role spender; yours is viewer." in html
    assert "approve" not in buttons_of(html)
    assert ProductVideo.objects.count() == 3


def test_who_has_no_role_yet_is_told_so(client: Client, house: Persona, scene: Scene) -> None:
    client.force_login(make_person(None, house))

    assert "You have no role here yet." in client.get(page_of(scene)).content.decode()


# Other personas.


@pytest.mark.parametrize("name", ["product", "productvideo", "scene", "photo"])
def test_lists_and_their_filters_name_only_one_s_own(client: Client, house: Persona, scene: Scene, name: str) -> None:
    other = make_scene(make_product(make_persona(name="Rival"), name="Hammer"), title="Blow")
    make_complete_video(other)

    html = enter(client, Role.VIEWER, house).get(reverse(f"admin:productvideo_{name}_changelist")).content.decode()

    assert scene.product.name in html
    assert not any(word in html for word in ("Rival", "Hammer", "Blow"))


def test_the_first_page_shows_nothing_of_other_personas(client: Client, house: Persona, scene: Scene) -> None:
    make_complete_video(make_scene(make_product(make_persona(), name="Rival's mug")), title="Rival's film")

    html = enter(client, Role.VIEWER, house).get("/", follow=True).content.decode()

    assert "Rival" not in html
    assert scene.product.name in html


def test_a_new_product_is_for_one_of_one_s_own_personas(client: Client, house: Persona) -> None:
    rival = make_persona(name="Rival")
    enter(client, Role.EDITOR, house)
    words = {"name": "Cup", "description": "A cup.", "shape": "photo"}

    shown = client.get(reverse("admin:productvideo_product_new")).content.decode()
    for said in ({"persona": rival.pk}, {"new_persona": "Mine"}, {"new_persona": "Rival"}):
        photo = _upload()
        answer = client.post(reverse("admin:productvideo_product_new"), {**words, **said, "photo": photo})
        assert answer.status_code == 400

    assert "House" in shown and "Rival" not in shown
    assert 'name="new_persona"' not in shown
    assert not Product.objects.exists()
    assert Persona.objects.count() == 2


def test_an_editor_of_no_persona_is_told_whom_to_ask(client: Client) -> None:
    html = enter(client, Role.EDITOR).get(reverse("admin:productvideo_product_new")).content.decode()

    assert "You are a member of no persona yet" in html


def test_a_manager_makes_a_new_persona_on_the_way_and_is_a_member_of_it(client: Client, house: Persona) -> None:
    rival = make_persona(name="Rival")
    enter(client, Role.MANAGER, house)
    words = {"name": "Cup", "description": "A cup.", "shape": "photo"}

    taken = client.post(
        reverse("admin:productvideo_product_new"), {**words, "new_persona": "rival", "photo": _upload()}
    )
    made = client.post(
        reverse("admin:productvideo_product_new"), {**words, "new_persona": "Garden", "photo": _upload()}
    )

    assert "you are not a member of it" in taken.content.decode()
    assert not rival.products.exists()
    assert client.get(made.url).status_code == 200


def test_only_one_s_own_practice_videos_are_removed(client: Client, house: Persona, scene: Scene) -> None:
    theirs = make_complete_video(make_scene(), account=make_account(host="sandbox", simulated=True))
    waiting = make_video(make_scene(theirs.product), theirs.account)
    enter(client, Role.SPENDER, house)

    shown = client.get(reverse("admin:productvideo_practice_remove")).content.decode()
    client.post(reverse("admin:productvideo_practice_remove"))

    assert "Remove 3 practice videos" in shown
    assert set(ProductVideo.objects.all()) == {theirs, waiting}
    assert not ProductVideo.objects.get(pk=waiting.pk).is_finished


# The API.


def api_of(role: Role, *personas: Persona) -> APIClient:
    client = APIClient()
    client.force_authenticate(make_person(role, *personas))
    return client


def wish(**said: Any) -> dict[str, Any]:
    return {"name": "Cup", "description": "A cup.", "photo": _upload(), **said}


def _upload() -> Any:
    file = io.BytesIO(jpeg())
    file.name = "cup.jpg"
    return file


def test_the_api_says_what_a_role_lacks(house: Persona, scene: Scene) -> None:
    answer = api_of(Role.EDITOR, house).post(f"/api/products/{scene.product_id}/videos/")

    assert answer.status_code == 403
    assert answer.json()["detail"] == "This takes the role spender; yours is editor. A manager can change that."


def test_the_api_lists_only_one_s_own(house: Persona, scene: Scene) -> None:
    make_complete_video()
    api = api_of(Role.VIEWER, house)

    products, videos = (api.get(f"/api/{name}/").json()["results"] for name in ("products", "videos"))

    assert [product["id"] for product in products] == [scene.product_id]
    assert {video["persona"] for video in videos} == {house.pk}


def test_the_api_makes_products_for_one_s_own_personas(house: Persona) -> None:
    rival, api = make_persona(), api_of(Role.EDITOR, house)

    refused = api.post("/api/products/", wish(persona=rival.pk), format="multipart")
    made = api.post("/api/products/", wish(persona=house.pk), format="multipart")

    assert refused.status_code == 400 and "persona" in refused.json()
    assert made.status_code == 201
    assert not rival.products.exists()


def test_without_a_persona_it_is_the_default_one_for_its_members(house: Persona) -> None:
    default = make_persona(name="Default")

    answer = api_of(Role.EDITOR, house, default).post("/api/products/", wish(), format="multipart")

    assert answer.json()["persona"] == default.pk


def test_without_a_persona_others_are_told_which_they_have(house: Persona) -> None:
    make_persona(name="Default")

    told = api_of(Role.EDITOR, house).post("/api/products/", wish(), format="multipart")
    lost = api_of(Role.EDITOR).post("/api/products/", wish(), format="multipart")

    assert (told.status_code, told.json()) == (400, {"persona": [f"Name one of your personas: {house.pk} (House)."]})
    assert "member of no persona yet" in lost.json()["persona"][0]
    assert not Product.objects.exists()


def test_scenes_are_written_in_the_voice_of_one_s_own_personas(house: Persona) -> None:
    rival, api = make_persona(voice="Secret."), api_of(Role.EDITOR, house)
    words = {"product_name": "Cup", "product_description": "A cup."}

    assert api.post("/api/ai/generate-scenes", {**words, "persona": rival.pk}).status_code == 400
    assert api.post("/api/ai/generate-scenes", {**words, "persona": house.pk}).status_code == 200
