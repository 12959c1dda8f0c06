"""Many new products on one page: progress, the price of what is ticked, one purchase, and who may."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from factories import jpeg, make_person, make_persona, make_product, make_scene
from passing_time import always

from personas.models import Persona
from productvideo import heartbeats, services
from productvideo.models import Product, ProductVideo, Scene
from productvideo.roles import Role

pytestmark = pytest.mark.django_db
TOGETHER = uuid.UUID("11111111-1111-4111-8111-111111111111")
PAGE = f"/admin/productvideo/product/dropped/{TOGETHER}/"
ALL = "/admin/productvideo/product/to-approve/"
CLIP = {"model": "kling-v2-5-turbo", "mode": "std", "duration": "5", "practice": "yes"}


@pytest.fixture
def persona() -> Persona:
    return make_persona(name="Nord")


@pytest.fixture
def spender(persona: Persona, client: Client) -> Client:
    client.force_login(make_person(Role.SPENDER, persona))
    return client


@pytest.fixture
def products(persona: Persona) -> list[Product]:
    """Return two products that were dropped together, with two scenes each."""
    made = [make_product(persona, dropped_with=TOGETHER) for _ in range(2)]
    for product in made:
        make_scene(product), make_scene(product)
    return made


def seen(*products: Product) -> list[str]:
    return [f"{s.pk}:{s.version}:{s.takes}" for product in products for s in product.scenes.all()]


def buy(client: Client, scenes: list[str], units: str, **more: str):
    return client.post(f"{PAGE}approve/", {**CLIP, "scene": scenes, "units": units, **more}, follow=True)


def test_what_was_dropped_together_is_ticked_and_priced(spender: Client, products: list[Product]) -> None:
    html = spender.get(PAGE).content.decode()

    assert "Make 4 videos from default scenes · 6 units · $0.84 list price" in html
    assert html.count("checked") == 4
    assert all(product.name in html for product in products)


def test_of_all_that_nobody_has_approved_nothing_is_ticked(spender: Client, products: list[Product]) -> None:
    html = spender.get(ALL).content.decode()

    assert "checked" not in html and 'id="make" disabled' in html
    assert all(product.name in html for product in products)


def test_the_price_follows_the_ticks_and_the_settings(spender: Client, products: list[Product]) -> None:
    form = {**CLIP, "mode": "pro", "scene": seen(products[0]), "shown": [product.pk for product in products]}

    html = spender.post(f"{PAGE}price/", form).content.decode()

    assert "Make 2 videos from default scenes · 5 units" in html
    assert html.count("5 units · $0.70 list price") == 3  # the button, and each product alone


def test_all_are_bought_by_one_button(spender: Client, products: list[Product]) -> None:
    answer = buy(spender, seen(*products), "6")

    assert "4 videos are on their way." in answer.content.decode()
    assert {video.product for video in ProductVideo.objects.all()} == set(products)


def test_one_product_alone_is_bought_by_its_own_button(spender: Client, products: list[Product]) -> None:
    one, other = products
    form = {f"seen-{one.pk}": ",".join(seen(one)), f"units-{one.pk}": "3", "only": str(one.pk)}

    buy(spender, seen(other), "3", **form)

    assert [video.product for video in ProductVideo.objects.all()] == [one, one]


def test_a_double_click_buys_once_and_tells_so_calmly(spender: Client, products: list[Product]) -> None:
    scenes = seen(*products)
    buy(spender, scenes, "6")

    again = buy(spender, scenes, "6")

    assert again.status_code == 200 and "Nothing was bought a second time." in again.content.decode()
    assert ProductVideo.objects.count() == 4


def test_a_stale_page_buys_nothing_and_keeps_the_ticks(spender: Client, products: list[Product]) -> None:
    scenes = seen(*products)
    Scene.objects.filter(product=products[0]).update(version=2)

    answer = buy(spender, scenes[:3], "4.5")

    html = answer.content.decode()
    assert answer.status_code == 409 and "was edited" in html and html.count("checked") == 3
    assert not ProductVideo.objects.exists()


@pytest.mark.parametrize(
    "form", [{"units": ""}, {"scene": ["x"]}, {"mode": "best"}, {"practice": "no"}, {"scene": []}]
)
def test_a_form_that_says_something_else_than_the_page_buys_nothing(
    spender: Client, products: list[Product], form: dict
) -> None:
    sent = {**CLIP, "scene": seen(*products), "units": "6", **form}

    assert spender.post(f"{PAGE}approve/", sent).status_code == 409
    assert not ProductVideo.objects.exists()


def test_without_a_script_the_price_is_shown_by_a_button(spender: Client, products: list[Product]) -> None:
    html = spender.post(f"{PAGE}approve/", {**CLIP, "scene": seen(products[0]), "look": "yes"}).content.decode()

    assert "Make 2 videos" in html and not ProductVideo.objects.exists()


def test_who_may_not_approve_sees_no_price_and_buys_nothing(
    client: Client, persona: Persona, products: list[Product]
) -> None:
    client.force_login(make_person(Role.EDITOR, persona))

    html = client.get(PAGE).content.decode()

    assert products[0].name in html and 'id="make"' not in html and "checkbox" not in html
    assert client.post(f"{PAGE}approve/", {**CLIP, "scene": seen(*products), "units": "6"}).status_code == 403
    assert not ProductVideo.objects.exists()


def test_nobody_sees_or_buys_for_a_persona_of_others(client: Client, products: list[Product]) -> None:
    client.force_login(make_person(Role.SPENDER, make_persona()))

    assert client.get(PAGE).status_code == 404
    assert products[0].name not in client.get(ALL).content.decode()
    sold = client.post(f"{ALL}approve/", {**CLIP, "scene": seen(*products), "units": "6"})
    assert sold.status_code == 404 and not ProductVideo.objects.exists()
    price = client.post(f"{ALL}price/", {**CLIP, "shown": [product.pk for product in products]})
    assert "list price" in price.content.decode() and "alone-" not in price.content.decode()


def test_progress_brings_the_cards_whose_scenes_have_arrived(spender: Client, persona: Persona) -> None:
    by = make_person(Role.EDITOR, persona)
    one, other = (
        services.drop_photo(persona=persona, photo_file=jpeg(), photo_name=name, dropped_with=TOGETHER, by=by)
        for name in ("one.jpg", "two.jpg")
    )
    before = spender.get(PAGE).content.decode()
    turns = iter([True, False])
    services.write_wanted_scenes(lambda: next(turns))
    half = spender.get(f"{PAGE}progress/", {"waiting": [one.pk, other.pk]})
    services.write_wanted_scenes(always)
    all_there = spender.get(f"{PAGE}progress/", {"waiting": [other.pk]})

    assert "The scenes of 2 products are being written" in before and "every 2s" in before
    assert (
        f'id="product-{one.pk}"' in half.content.decode() and f'id="product-{other.pk}"' not in half.content.decode()
    )
    assert half.content.decode().count("checked") == 3 and "arrived" in half.headers["HX-Trigger-After-Settle"]
    assert "every 2s" not in all_there.content.decode()


def test_that_no_worker_is_there_is_said_only_while_something_waits(spender: Client, products: list[Product]) -> None:
    nothing_waits = spender.get(PAGE).content.decode()
    Product.objects.filter(pk=products[0].pk).update(scenes_wanted_at=products[0].created_at)
    Scene.objects.filter(product=products[0]).delete()
    silent = spender.get(PAGE).content.decode()
    heartbeats.forget()
    heartbeats.note(heartbeats.WORKER)

    assert "No worker has been heard of" not in nothing_waits
    assert "No worker has been heard of" in silent
    assert "No worker has been heard of" not in spender.get(PAGE).content.decode()


def test_a_description_that_is_missing_is_asked_for_and_kept(spender: Client, products: list[Product]) -> None:
    product = products[0]
    Product.objects.filter(pk=product.pk).update(description=product.name)
    address = reverse("admin:productvideo_product_describe", args=[product.pk])
    asked = spender.get(PAGE).content.decode()

    answer = spender.post(address, {f"description-{product.pk}": "A lamp of oak."})
    empty = spender.post(address, {f"description-{product.pk}": " "}, follow=True)

    product.refresh_from_db()
    assert asked.count("Its description is to be written") == 1
    assert answer.url == f"{PAGE}#product-{product.pk}" and product.description == "A lamp of oak."
    assert "Write a description" in empty.content.decode()


def test_describing_is_for_who_may_edit_and_sees_it(client: Client, persona: Persona, products: list[Product]) -> None:
    address = reverse("admin:productvideo_product_describe", args=[products[0].pk])
    client.force_login(make_person(Role.VIEWER, persona))
    viewer = client.post(address, {f"description-{products[0].pk}": "X"}).status_code
    client.force_login(make_person(Role.EDITOR, make_persona()))

    assert (viewer, client.post(address, {}).status_code) == (403, 404)


def test_fifty_products_take_as_many_questions_as_one(
    spender: Client, persona: Persona, products: list[Product], django_assert_max_num_queries
) -> None:
    for _ in range(48):
        product = make_product(persona, dropped_with=TOGETHER)
        make_scene(product), make_scene(product), make_scene(product)
    form = {**CLIP, "scene": seen(*Product.objects.all()), "shown": list(Product.objects.values_list("pk", flat=True))}

    with django_assert_max_num_queries(20):
        assert spender.get(PAGE).status_code == 200
    with django_assert_max_num_queries(14):
        assert spender.post(f"{PAGE}price/", form).status_code == 200


def test_more_than_a_page_of_them_is_turned_over(spender: Client, persona: Persona) -> None:
    for _ in range(51):
        make_scene(make_product(persona))

    assert "Page 1 of 2" in spender.get(ALL).content.decode()
    assert spender.get(ALL, {"page": "2"}).content.decode().count('id="product-') == 1


def test_an_address_without_products_is_not_there(spender: Client) -> None:
    assert spender.get(PAGE).status_code == 404
    assert "has been approved already" in spender.get(ALL).content.decode()
