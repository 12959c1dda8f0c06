"""The page where a product begins: what it makes, what it refuses beside the field, and that nothing typed is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from factories import jpeg, make_persona, make_staff

from personas.models import Persona
from productvideo.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff(username="anna"))
    return client


def send(staff: Client, *, htmx: bool = False, **changes: object):
    form = {"new_persona": "Nord", "name": "Cup", "description": "A small cup."}
    form |= {"photo": SimpleUploadedFile("cup.jpg", jpeg(), "image/jpeg")}
    headers = {"hx-request": "true"} if htmx else {}
    sent = {name: value for name, value in (form | changes).items() if value is not None}
    return staff.post(reverse("admin:productvideo_product_new"), sent, headers=headers)


def test_a_product_is_made_with_its_scenes_and_a_new_persona(staff: Client) -> None:
    response = send(staff)

    product = Product.objects.get()
    assert response.url == reverse("admin:productvideo_product_page", args=[product.pk])
    assert (product.name, product.persona.name, product.created_by.username) == ("Cup", "Nord", "anna")
    assert (product.scenes.count(), product.photos.count()) == (0, 1)
    staff.post(reverse("admin:productvideo_product_write", args=[product.pk]))  # as its page does at once
    assert product.scenes.count() == 3


def test_htmx_is_led_to_the_new_page_as_a_whole(staff: Client) -> None:
    response = send(staff, htmx=True)

    assert response["HX-Redirect"] == reverse("admin:productvideo_product_page", args=[Product.objects.get().pk])


def test_a_persona_of_the_list_is_used(staff: Client) -> None:
    persona = make_persona(name="South")

    send(staff, persona=persona.pk, new_persona="")

    assert Product.objects.get().persona == persona


def test_a_new_persona_with_the_name_of_an_old_one_is_the_old_one(staff: Client) -> None:
    make_persona(name="Nord")

    send(staff, new_persona=" nord ")

    assert Persona.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"new_persona": " "}, "Choose a persona, or name a new one."),
        ({"photo": None}, "Choose a photo of the product."),
        ({"photo": SimpleUploadedFile("cup.svg", b"<svg/>")}, "SVG"),
        ({"photo": SimpleUploadedFile("cup.jpg", jpeg(100, 100))}, "300"),
        ({"photo": SimpleUploadedFile("empty.jpg", b"")}, "empty"),
        ({"name": "  "}, "Write a name for the product."),
        ({"name": "n" * 201}, "shorten it to 200"),
        ({"description": ""}, "Write a description for the product."),
        ({"new_persona": "p" * 101}, "at most 100 characters"),
        ({"persona": "999999"}, "Select a valid choice"),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost_or_stored(
    staff: Client, changes: dict[str, object], sentence: str, htmx: bool
) -> None:
    for upload in changes.values():
        if isinstance(upload, SimpleUploadedFile):
            upload.seek(0)

    response = send(staff, htmx=htmx, **{"name": "Typed name", "description": "Typed words."} | changes)

    html = response.content.decode()
    assert sentence in html
    assert ("Typed name" in html or "name" in changes) and ("Typed words." in html or "description" in changes)
    assert (Product.objects.count(), Persona.objects.count()) == (0, 0)
    assert ("<html" in html) is not htmx


def test_the_photo_stays_chosen_when_something_else_is_wrong(staff: Client) -> None:
    html = send(staff, htmx=True, name="").content.decode()

    assert 'id="id_photo"' in html and 'hx-preserve="true"' in html
