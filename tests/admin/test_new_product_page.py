"""The page where a product begins: what it makes, what it refuses beside the field, and that nothing typed is lost."""

import json
import re

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


# Where it is shown


def test_the_photo_is_brought_to_the_shape_in_which_it_will_be_shown(staff: Client) -> None:
    send(staff, shape="1:1", fill="crop", shift="0")

    product = Product.objects.get()
    shaped = product.photos.last()
    assert (product.shape, shaped.width, shaped.height, product.photos.count()) == ("1:1", 480, 480, 2)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"shape": "4:3"}, "Select a valid choice"),
        ({"shape": "9:16", "colour": "pink"}, "Write a colour such as #ffffff."),
        ({"shape": "9:16", "shift": "101"}, "less than or equal to 100"),
        ({"shape": "9:16", "fill": "crop"}, "Cropped to 9:16, only 270 × 480 px"),
    ],
)
def test_a_shape_that_cannot_be_made_is_said_and_nothing_is_stored(
    staff: Client, changes: dict[str, object], sentence: str
) -> None:
    response = send(staff, htmx=True, **changes)

    assert sentence in response.content.decode()
    assert not Product.objects.exists()


def test_the_script_is_given_the_signs_of_what_is_not_taken(staff: Client) -> None:
    html = staff.get(reverse("admin:productvideo_product_new")).content.decode()

    rules = json.loads(re.search(r'<script id="photo-rules"[^>]*>(.*?)</script>', html, re.DOTALL)[1])
    assert rules["limits"] == {"bytes": 41943040, "pixels": 67108864, "side": 300, "ratio": 2.5, "framed": 6.0}
    heic = b"\0\0\0\x18ftypheic".decode("latin-1")
    kinds = [sign["kind"] for sign in rules["signs"] if re.match(sign["pattern"], heic, re.DOTALL)]
    assert kinds[0].startswith("a HEIC photo; open it in your photo app, export it as JPEG")


# The persona that is offered


def test_the_persona_of_the_last_product_is_offered_again(staff: Client) -> None:
    make_persona(name="First")
    send(staff, new_persona="Last")

    html = staff.get(reverse("admin:productvideo_product_new")).content.decode()

    assert re.search(r"<option[^>]*selected[^>]*>\s*Last", html)


def test_of_several_personas_that_this_person_never_used_none_is_offered(staff: Client) -> None:
    make_persona()
    make_persona()

    html = staff.get(reverse("admin:productvideo_product_new")).content.decode()

    assert re.search(r'<option value="" selected[^>]*>\s*A new one', html)


# One of several photos


def send_row(staff: Client, **changes: object):
    form = {"row": "7", "new_persona": "Nord", "name": "Cup", "own_description": "", "description": "For all."}
    form |= {"photo": SimpleUploadedFile("cup.jpg", jpeg(), "image/jpeg")} | changes
    sent = {name: value for name, value in form.items() if value is not None}
    return staff.post(reverse("admin:productvideo_product_one_of_several"), sent, headers={"hx-request": "true"})


def test_a_row_becomes_a_link_to_its_product(staff: Client) -> None:
    html = send_row(staff).content.decode()

    product = Product.objects.get()
    assert reverse("admin:productvideo_product_page", args=[product.pk]) in html
    assert 'id="row-7"' in html and "data-made" in html
    assert product.description == "For all."


def test_a_row_may_have_a_description_and_a_persona_of_its_own(staff: Client) -> None:
    persona = make_persona(name="South")

    send_row(staff, own_description="Its own.", own_persona=persona.pk, shape="9:16")

    product = Product.objects.get()
    assert (product.description, product.persona, product.shape) == ("Its own.", persona, "9:16")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"description": ""}, "Write a description for the product."),
        ({"name": ""}, "Write a name for the product."),
        ({"new_persona": ""}, "Choose a persona, or name a new one."),
        ({"photo": None}, "Choose a photo of the product."),
        ({"photo": SimpleUploadedFile("cup.heic", b"\0\0\0\x18ftypheic")}, "HEIC"),
        ({"row": '7"><script>', "name": ""}, 'id="row-0"'),
    ],
)
def test_what_is_wrong_with_a_row_is_said_in_it_and_nothing_is_lost(
    staff: Client, changes: dict[str, object], sentence: str
) -> None:
    typed = {} if "description" in changes else {"own_description": "Typed."}

    html = send_row(staff, **typed | changes).content.decode()

    assert sentence in html
    assert "Typed." in html or not typed
    assert not Product.objects.exists()


def test_looking_at_the_address_of_a_row_leads_to_the_page(staff: Client) -> None:
    response = staff.get(reverse("admin:productvideo_product_one_of_several"))

    assert response.url == reverse("admin:productvideo_product_new")
