"""The storyboard's addresses: writing, writing again, adding, dropping; with a script and without."""

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_complete_video, make_photo, make_product, make_scene, make_staff

from productvideo.models import Product, Scene
from productvideo.querysets import now
from productvideo.services.writing import LEASE

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff(username="anna"))
    return client


@pytest.fixture
def product() -> Product:
    product = make_product(name="Espresso cup")
    for position, title in enumerate(("Push-in", "Turn", "Macro"), start=1):
        make_scene(product, position=position, title=title)
    return product


@pytest.fixture
def empty() -> Product:
    product = make_product()
    make_photo(product)
    return product


def page_of(product: Product) -> str:
    return reverse("admin:productvideo_product_page", args=[product.pk])


def ask(staff: Client, name: str, product: Product, *ids: int, script: bool = True, **form: object):
    url = reverse(f"admin:productvideo_{name}", args=[product.pk, *ids])
    return staff.post(url, form, headers=HTMX if script else {})


def look(staff: Client, product: Product):
    return staff.get(reverse("admin:productvideo_product_storyboard", args=[product.pk]), headers=HTMX)


# Writing.


def test_the_page_of_a_new_product_is_there_at_once_and_asks_for_its_scenes(staff: Client, empty: Product) -> None:
    html = staff.get(page_of(empty)).content.decode()

    assert html.count("sr-row sr-grey") == 3
    assert (
        f'hx-post="{reverse("admin:productvideo_product_write", args=[empty.pk])}" hx-trigger="load, submit"' in html
    )
    assert 'id="approval"' not in html
    assert not empty.scenes.exists()


def test_while_somebody_writes_the_page_only_looks(staff: Client, empty: Product) -> None:
    Product.objects.filter(pk=empty.pk).update(writing_until=now() + LEASE)

    html = staff.get(page_of(empty)).content.decode()
    asked = ask(staff, "product_write", empty)

    assert html.count("sr-row sr-grey") == 3 and 'hx-trigger="every 2s"' in html
    assert "load, submit" not in html
    assert "sr-grey" in asked.content.decode()
    assert look(staff, empty).status_code == 204
    assert not empty.scenes.exists()


def test_a_claim_that_ended_makes_the_page_ask_again(staff: Client, empty: Product) -> None:
    Product.objects.filter(pk=empty.pk).update(writing_until=now() - LEASE)

    assert "load, submit" in look(staff, empty).content.decode()


def test_writing_answers_with_the_board(staff: Client, empty: Product) -> None:
    html = ask(staff, "product_write", empty).content.decode()

    assert html.count("data-words") == 3 and 'id="approval"' in html and "<html" not in html
    assert "These are default scenes." in html and "OPENAI_API_KEY" in html and "Write again" in html


def test_writing_works_without_a_script(staff: Client, empty: Product) -> None:
    response = ask(staff, "product_write", empty, script=False)

    assert response.url == page_of(empty)
    assert empty.scenes.count() == 3


def test_all_again_answers_with_words_and_no_takes(staff: Client, product: Product) -> None:
    first = product.scenes.first()
    film = make_complete_video(first)
    Scene.objects.filter(pk=first.pk).update(takes=1)

    html = ask(staff, "product_write_again", product).content.decode()

    assert "2 scenes were written again." in html
    assert html.count('hx-swap-oob="true"') >= 3 and str(film.pk) not in html
    assert f'id="words-{first.pk}"' not in html


def test_all_again_works_without_a_script(staff: Client, product: Product) -> None:
    response = ask(staff, "product_write_again", product, script=False)

    assert response.url == page_of(product)
    assert "3 scenes were written again." in staff.get(page_of(product)).content.decode()


# One scene.


def test_one_again_shows_the_new_words_and_offers_the_old_ones(staff: Client, product: Product) -> None:
    scene = product.scenes.first()

    html = ask(staff, "scene_again", product, scene.pk, version=1, takes=0).content.decode()

    assert "Put the old words back" in html and scene.prompt in html
    assert f'data-seen="{scene.pk}:2:0"' in html


def test_the_old_words_can_be_put_back(staff: Client, product: Product) -> None:
    scene = product.scenes.first()
    ask(staff, "scene_again", product, scene.pk, version=1)
    old = {"title": scene.title, "description": scene.description, "prompt": scene.prompt}

    html = ask(staff, "scene_save", product, scene.pk, version=2, whole="yes", **old).content.decode()

    assert Scene.objects.get(pk=scene.pk).prompt == scene.prompt
    assert f'id="words-{scene.pk}"' in html and "Put the old words back" not in html


def test_one_again_refuses_a_stale_page(staff: Client, product: Product) -> None:
    scene = product.scenes.first()
    Scene.objects.filter(pk=scene.pk).update(version=2, prompt="Theirs.")

    html = ask(staff, "scene_again", product, scene.pk, version=1).content.decode()

    assert "nothing of it was overwritten" in html and "Theirs." in html


def test_a_field_that_is_not_sent_is_not_changed(staff: Client, product: Product) -> None:
    scene = product.scenes.first()

    html = ask(staff, "scene_save", product, scene.pk, version=1, title="Better").content.decode()

    saved = Scene.objects.get(pk=scene.pk)
    assert (saved.title, saved.description, saved.prompt) == ("Better", scene.description, scene.prompt)
    assert saved.edited_by.username == "anna"
    assert "Edited by anna." in html
    assert "Rewrite the prompt from the idea" in html


def test_changing_the_prompt_offers_no_rewriting(staff: Client, product: Product) -> None:
    scene = product.scenes.first()

    html = ask(staff, "scene_save", product, scene.pk, version=1, prompt="Pan.", title="Both").content.decode()

    assert "Rewrite the prompt" not in html


def test_keeping_mine_spares_what_i_did_not_touch(staff: Client, product: Product) -> None:
    scene = product.scenes.first()
    Scene.objects.filter(pk=scene.pk).update(version=2, title="Their title", prompt="Theirs.")

    conflict = ask(staff, "scene_save", product, scene.pk, version=1, prompt="Mine.").content.decode()
    ask(staff, "scene_save", product, scene.pk, version=1, over=2, prompt="Mine.")

    assert 'value="Their title"' in conflict and 'name="version" value="1"' in conflict
    saved = Scene.objects.get(pk=scene.pk)
    assert (saved.title, saved.prompt) == ("Their title", "Mine.")


def test_keeping_mine_over_a_still_newer_version_shows_that_one_first(staff: Client, product: Product) -> None:
    scene = product.scenes.first()
    Scene.objects.filter(pk=scene.pk).update(version=3, prompt="Newest.")

    html = ask(staff, "scene_save", product, scene.pk, version=1, over=2, prompt="Mine.").content.decode()

    assert "Newest." in html and 'name="over" value="3"' in html
    assert Scene.objects.get(pk=scene.pk).prompt == "Newest."


def test_keeping_theirs_shows_the_scene_as_it_is(staff: Client, product: Product) -> None:
    scene = product.scenes.first()
    url = reverse("admin:productvideo_scene_save", args=[product.pk, scene.pk])

    html = staff.get(url, {"scene": "ticked"}, headers=HTMX).content.decode()

    assert scene.prompt in html and f'value="{scene.pk}:1:0" checked' in html


def test_who_edited_meanwhile_is_named(staff: Client, product: Product) -> None:
    scene = product.scenes.first()
    Scene.objects.filter(pk=scene.pk).update(version=2, prompt="Theirs.", edited_by=make_staff(username="ben"))

    html = ask(staff, "scene_save", product, scene.pk, version=1, prompt="Mine.").content.decode()

    assert "ben changed this scene meanwhile; nothing was overwritten." in html


# Which scenes there are.


def test_an_own_scene_is_added_as_a_row(staff: Client, product: Product) -> None:
    html = ask(staff, "scene_add", product, title="Own", description="", prompt="Pan left.").content.decode()

    scene = product.scenes.get(title="Own")
    assert (scene.position, scene.source, scene.edited_by.username) == (4, "person", "anna")
    assert f'id="words-{scene.pk}"' in html and f'value="{scene.pk}:1:0" checked' in html


def test_what_cannot_be_added_stays_in_the_form(staff: Client, product: Product) -> None:
    response = ask(staff, "scene_add", product, title="", description="Kept.", prompt="Pan.")

    assert response["HX-Retarget"] == "#new-scene"
    assert "Write a title" in response.content.decode() and "Kept." in response.content.decode()
    assert product.scenes.count() == 3


def test_six_scenes_are_the_most(staff: Client, product: Product) -> None:
    for _ in range(3):
        make_scene(product)

    html = ask(staff, "scene_add", product, title="Seventh", prompt="Pan.").content.decode()

    assert (
        "Six scenes are the most" in html and "Six scenes are the most" in staff.get(page_of(product)).content.decode()
    )
    assert product.scenes.count() == 6


def test_one_more_can_be_written(staff: Client, product: Product) -> None:
    ask(staff, "scene_add", product, written="yes")

    assert product.scenes.count() == 4


def test_a_dropped_scene_can_be_brought_back(staff: Client, product: Product) -> None:
    scene = product.scenes.first()

    dropped = ask(staff, "scene_drop", product, scene.pk, version=1).content.decode()
    gone = product.scenes.count()
    back = ask(staff, "scene_bring_back", product, scene.pk).content.decode()

    assert "was dropped" in dropped and "Bring it back" in dropped and gone == 2
    assert scene.prompt in back and product.scenes.count() == 3


def test_the_last_scene_is_not_dropped(staff: Client) -> None:
    scene = make_scene()

    html = ask(staff, "scene_drop", scene.product, scene.pk, version=1).content.decode()

    assert "at least one scene" in html and "data-words" in html


def test_takes_of_a_dropped_scene_stay_on_the_page(staff: Client, product: Product) -> None:
    scene = product.scenes.first()
    film = make_complete_video(scene)

    ask(staff, "scene_drop", product, scene.pk, version=1, script=False)

    html = staff.get(page_of(product)).content.decode()
    assert film.url in html and "“Push-in” was dropped." in html and "Bring it back" in html


def test_a_dropped_scene_is_not_bought(staff: Client, product: Product) -> None:
    scene = product.scenes.first()
    form = {"scene": f"{scene.pk}:1:0", "model": "kling-v2-5-turbo", "mode": "std", "duration": "5", "units": "1.5"}
    ask(staff, "scene_drop", product, scene.pk, version=1)

    html = ask(staff, "product_approve", product, **form).content.decode()

    assert "Nothing was bought" in html
    assert not product.videos.exists()


@pytest.mark.parametrize("name", ["scene_again", "scene_rewrite", "scene_drop", "scene_bring_back"])
def test_strangers_change_no_scene(client: Client, product: Product, name: str) -> None:
    scene = product.scenes.first()

    response = ask(client, name, product, scene.pk, version=1, script=False)

    assert response.status_code == 302 and "/admin/login/" in response.url
    assert product.scenes.get(pk=scene.pk).version == 1


@pytest.mark.parametrize("name", ["scene_again", "scene_rewrite", "scene_drop", "scene_bring_back"])
def test_looking_at_a_deed_s_address_does_nothing(staff: Client, product: Product, name: str) -> None:
    url = reverse(f"admin:productvideo_{name}", args=[product.pk, product.scenes.first().pk])

    assert staff.get(url).status_code == 405
