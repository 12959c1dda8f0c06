"""The photo on a product's page: its shape, changing it, and the scenes that cannot follow yet."""

import pytest
from django.test import Client
from django.urls import reverse
from factories import jpeg, make_persona, make_product, make_staff, make_video

from productvideo import services
from productvideo.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff(username="anna"))
    return client


@pytest.fixture
def product() -> Product:
    product = services.create_product(persona=make_persona(), name="Cup", description="x", photo_file=jpeg(800, 600))
    services.plan_scenes(product=product)
    return product


def change(staff: Client, product: Product, **form: object) -> str:
    """Send the panel's form and return the page that it leads to."""
    said = {"seen": product.photos.last().pk, "shape": "1:1", "fill": "pad", "colour": "#ffffff", "shift": "50"}
    address = reverse("admin:productvideo_product_shape", args=[product.pk])
    return staff.post(address, said | form, follow=True).content.decode()


def test_the_page_says_where_it_is_shown(staff: Client, product: Product) -> None:
    html = staff.get(reverse("admin:productvideo_product_page", args=[product.pk])).content.decode()

    assert "Shown: as the photo · 800 × 600 px" in " ".join(html.split())
    assert "Change where it is shown" in html


def test_another_shape_is_used_from_now_on(staff: Client, product: Product) -> None:
    html = change(staff, product)

    assert "New takes start from this photo; videos that are there stay as they are." in html
    assert "800 × 800 px" in html
    assert {scene.photo for scene in product.scenes.all()} == {product.photos.last()}


def test_a_scene_with_a_take_in_progress_is_named_and_can_follow_later(staff: Client, product: Product) -> None:
    video = make_video(product.scenes.first())

    html = change(staff, product)

    assert "1 scene has a take in progress" in html
    assert "1 scene starts from an earlier photo" in html
    video.mark_failed(code="cancelled", message="Cancelled.")
    html = staff.post(reverse("admin:productvideo_product_follow", args=[product.pk]), follow=True).content.decode()
    assert "starts from an earlier photo" not in html
    assert product.scenes.first().photo == product.photos.last()


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"shape": "4:3"}, "That shape cannot be made"),
        ({"colour": "pink"}, "That shape cannot be made"),
    ],
)
def test_a_shape_that_cannot_be_made_changes_nothing(
    staff: Client, product: Product, form: dict[str, object], sentence: str
) -> None:
    assert sentence in change(staff, product, **form)

    assert product.photos.count() == 1


def test_who_was_second_is_told_and_overwrites_nothing(staff: Client, product: Product) -> None:
    seen = product.photos.last()
    change(staff, product)

    html = change(staff, product, seen=seen.pk, shape="16:9")

    assert "Somebody changed where “Cup” is shown meanwhile" in html
    product.refresh_from_db()
    assert product.shape == "1:1"


def test_a_photo_of_another_product_is_not_taken_for_seen(staff: Client, product: Product) -> None:
    other = services.create_product(persona=make_persona(), name="Jug", description="x", photo_file=jpeg())
    address = reverse("admin:productvideo_product_shape", args=[product.pk])

    for seen in (other.photos.get().pk, "", "x", "9" * 40):
        assert staff.post(address, {"seen": seen, "shape": "1:1"}).status_code == 404


@pytest.mark.parametrize("name", ["productvideo_product_shape", "productvideo_product_follow"])
def test_looking_changes_nothing(staff: Client, product: Product, name: str) -> None:
    assert staff.get(reverse(f"admin:{name}", args=[product.pk])).status_code == 405


def test_a_product_without_a_photo_has_no_panel(staff: Client) -> None:
    product = make_product()

    html = staff.get(reverse("admin:productvideo_product_page", args=[product.pk])).content.decode()

    assert "Change where it is shown" not in html
