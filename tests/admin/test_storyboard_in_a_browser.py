"""The storyboard as people use it: scenes that arrive, words that save themselves, two people at one scene."""

import re

import pytest
from factories import make_photo, make_product, make_scene
from playwright.sync_api import Page, expect
from test_pages_in_a_browser import page, product
from visitors import browser

from productvideo.models import Product, ProductVideo, Scene
from productvideo.querysets import now
from productvideo.services.writing import LEASE

__all__ = ["browser", "page", "product"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look_at(page: Page, product: Product) -> None:
    page.goto(f"/admin/productvideo/product/{product.pk}/")


def test_a_page_without_scenes_has_them_written_and_shows_them(page: Page) -> None:
    product = make_product()
    make_photo(product)

    look_at(page, product)

    expect(page.locator("textarea[name=prompt]")).to_have_count(4)  # three scenes, and the form for one more
    expect(page.get_by_text("These are default scenes.")).to_be_visible()
    assert product.scenes.count() == 3


def test_somebody_who_comes_meanwhile_sees_grey_rows_until_the_scenes_are_there(page: Page) -> None:
    product = make_product()
    make_photo(product)
    Product.objects.filter(pk=product.pk).update(writing_until=now() + LEASE)

    look_at(page, product)
    expect(page.locator(".sr-grey")).to_have_count(3)
    page.wait_for_timeout(500)
    assert not product.scenes.exists()
    make_scene(product, title="Arrived")
    Product.objects.filter(pk=product.pk).update(writing_until=None)

    expect(page.get_by_label("Arrived", exact=True)).to_be_visible()
    expect(page.locator(".sr-grey")).to_have_count(0)


def test_a_writing_whose_answer_got_lost_is_looked_for_again(page: Page) -> None:
    product = make_product()
    make_photo(product)
    page.route("**/write-scenes/", lambda route: route.abort(), times=1)

    look_at(page, product)

    expect(page.get_by_text("No answer came.")).to_be_visible()
    expect(page.locator("form[data-words]")).to_have_count(3, timeout=15_000)


def test_words_are_saved_on_leaving_a_field_without_disturbing_the_next_one(page: Page, product: Product) -> None:
    scene = product.scenes.first()

    page.fill(f"#title-{scene.pk}", "Better")
    page.keyboard.press("Tab")
    page.keyboard.type("More. ")

    expect(page.locator(f"#said-title-{scene.pk}")).to_have_text("Saved")
    assert page.evaluate("document.activeElement.id") == f"description-{scene.pk}"
    assert "More. " in page.input_value(f"#description-{scene.pk}")
    page.keyboard.press("Tab")
    expect(page.locator(f"#said-description-{scene.pk}")).to_have_text("Saved")
    scene.refresh_from_db()
    assert (scene.title, "More. " in scene.description, scene.version) == ("Better", True, 3)
    assert page.input_value(f"#scene-{scene.pk}") == f"{scene.pk}:3:0"


def test_a_changed_idea_offers_to_rewrite_the_prompt_and_the_old_one_can_be_put_back(
    page: Page, product: Product
) -> None:
    scene = product.scenes.first()

    page.fill(f"#description-{scene.pk}", "Rain falls softly around it.")
    page.keyboard.press("Tab")
    page.click("text=Rewrite the prompt from the idea")

    expect(page.locator(f"#prompt-{scene.pk}")).to_have_value(re.compile("Rain falls softly around it"))
    page.click("text=Put the old words back")
    expect(page.locator(f"#prompt-{scene.pk}")).to_have_value(scene.prompt)


def test_a_prompt_that_cannot_be_saved_is_not_bought(page: Page, product: Product) -> None:
    scene = product.scenes.first()

    page.fill(f"#prompt-{scene.pk}", "")
    page.click("#make")

    expect(page.locator(f"#said-prompt-{scene.pk}")).to_have_text("Write a prompt for the scene.")
    expect(page.locator(f"#prompt-{scene.pk}")).to_be_focused()
    assert not ProductVideo.objects.exists()
    page.fill(f"#prompt-{scene.pk}", "Kept.")
    page.click("#make")
    expect(page.get_by_text("3 videos are on their way")).to_be_visible()
    assert ProductVideo.objects.filter(prompt="Kept.").count() == 1


def test_a_lost_connection_loses_no_words(page: Page, product: Product) -> None:
    scene = product.scenes.first()
    page.context.set_offline(True)

    page.fill(f"#prompt-{scene.pk}", "Typed in a tunnel.")
    page.keyboard.press("Tab")
    expect(page.locator(f"#said-prompt-{scene.pk}")).to_contain_text("Not saved: no connection.")
    page.context.set_offline(False)
    page.click("#make")

    expect(page.get_by_text("3 videos are on their way")).to_be_visible()
    assert ProductVideo.objects.filter(prompt="Typed in a tunnel.").count() == 1


@pytest.mark.parametrize(("choice", "kept"), [("Keep mine", "Mine."), ("Keep theirs", "Theirs.")])
def test_a_conflict_is_settled_by_a_choice_and_spares_the_other_fields(
    page: Page, product: Product, choice: str, kept: str
) -> None:
    scene = product.scenes.first()
    Scene.objects.filter(pk=scene.pk).update(prompt="Theirs.", title="Their title", version=2)

    page.fill(f"#prompt-{scene.pk}", "Mine.")
    page.keyboard.press("Tab")
    page.click(f"text={choice}")

    expect(page.locator(".sr-theirs")).to_have_count(0)
    expect(page.locator(f"#prompt-{scene.pk}")).to_have_value(kept)
    expect(page.locator(f"#title-{scene.pk}")).to_have_value("Their title")
    scene.refresh_from_db()
    assert (scene.prompt, scene.title) == (kept, "Their title")


def test_a_dropped_scene_is_no_longer_priced_and_comes_back(page: Page, product: Product) -> None:
    scene = product.scenes.first()

    page.click(f"#words-{scene.pk} >> text=Drop")
    expect(page.locator("#make")).to_contain_text("Make 2 videos")
    page.click("text=Bring it back")
    expect(page.locator("#make")).to_contain_text("Make 3 videos")

    assert product.scenes.count() == 3


def test_a_scene_of_one_s_own_is_added_and_priced(page: Page, product: Product) -> None:
    page.click("text=Add a scene")
    page.fill("#new-title", "Mine")
    page.click("text=Add this scene")

    expect(page.get_by_label("Mine", exact=True)).to_be_visible()
    expect(page.locator("#make")).to_contain_text("Make 4 videos")
    assert product.scenes.count() == 4


def test_all_again_replaces_the_words_and_leaves_the_page(page: Page, product: Product) -> None:
    before = set(product.scenes.values_list("prompt", flat=True))
    page.on("dialog", lambda dialog: dialog.accept())

    page.click("text=Write all again")

    expect(page.locator("#board-said")).to_have_text("3 scenes were written again.")
    assert before.isdisjoint(product.scenes.values_list("prompt", flat=True))
    shown = {page.input_value(f"#prompt-{scene.pk}") for scene in product.scenes.all()}
    assert shown == set(product.scenes.values_list("prompt", flat=True))
