"""Advice as people meet it: it follows what they type, one press mends, and Enter in a title saves the title."""

import re

import pytest
from factories import make_product, make_scene
from playwright.sync_api import Page, expect
from test_pages_in_a_browser import page
from visitors import browser

from productvideo.models import Product

__all__ = ["browser", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GOOD = (
    "The cup stays fixed on the table; its shape and label remain exactly as in the image. The camera makes a push-in,"
    " slow and steady."
)
QUOTING = f"{GOOD} The headline “Sale” fades in."


@pytest.fixture
def product(page: Page) -> Product:
    product = make_product(name="Thing", description="It is there.")
    make_scene(product, position=1, title="Push-in", prompt=GOOD)
    page.goto(f"/admin/productvideo/product/{product.pk}/")
    return product


def test_advice_follows_what_is_typed_and_one_press_mends_it(page: Page, product: Product) -> None:
    scene = product.scenes.get()
    finding = page.locator(f"#findings-{scene.pk} .sr-finding")
    expect(finding).to_have_count(0)

    page.fill(f"#prompt-{scene.pk}", QUOTING)
    page.keyboard.press("Tab")
    expect(finding).to_have_count(1)
    page.get_by_role("button", name="Mend").click()

    expect(page.locator(f"#prompt-{scene.pk}")).not_to_have_value(re.compile("Sale"))
    expect(page.locator(f"#findings-{scene.pk} .sr-finding")).to_have_count(0)
    expect(page.get_by_text("Mended.")).to_be_focused()
    scene.refresh_from_db()
    assert "Sale" not in scene.prompt
    page.click("text=Put the old words back")
    expect(page.locator(f"#prompt-{scene.pk}")).to_have_value(QUOTING)
    expect(page.locator(f"#findings-{scene.pk} .sr-finding")).to_have_count(1)


def test_mend_is_reached_and_pressed_by_keyboard(page: Page, product: Product) -> None:
    scene = product.scenes.get()

    page.fill(f"#prompt-{scene.pk}", QUOTING)
    page.keyboard.press("Tab")
    expect(page.locator(f"#findings-{scene.pk} .sr-finding")).to_have_count(1)
    page.focus(f"#prompt-{scene.pk}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Mend"
    page.keyboard.press("Enter")

    expect(page.locator(f"#prompt-{scene.pk}")).not_to_have_value(re.compile("Sale"))


def test_words_that_are_not_saved_yet_are_saved_before_they_are_mended(page: Page, product: Product) -> None:
    scene = product.scenes.get()
    page.fill(f"#prompt-{scene.pk}", QUOTING)
    page.keyboard.press("Tab")
    expect(page.locator(f"#findings-{scene.pk} .sr-finding")).to_have_count(1)

    page.fill(f"#title-{scene.pk}", "Typed just now")
    page.get_by_role("button", name="Mend").click()

    expect(page.locator(f"#prompt-{scene.pk}")).not_to_have_value(re.compile("Sale"))
    expect(page.locator(f"#title-{scene.pk}")).to_have_value("Typed just now")
    scene.refresh_from_db()
    assert (scene.title, "Sale" in scene.prompt) == ("Typed just now", False)


def test_what_is_taken_out_leaves_the_field_too(page: Page, product: Product) -> None:
    scene = product.scenes.get()

    page.fill(f"#prompt-{scene.pk}", f"{GOOD} Like <<<image_1>>>.")
    page.keyboard.press("Tab")

    expect(page.get_by_text("Taken out")).to_be_visible()
    expect(page.locator(f"#prompt-{scene.pk}")).to_have_value(f"{GOOD} Like image_1.")
    page.click("#make")  # nothing is left unsaved
    expect(page.get_by_text("1 video is on its way")).to_be_visible()


def test_a_chosen_plan_is_kept(page: Page, product: Product) -> None:
    page.select_option("#id_plan", "tech")

    expect(page.locator("#plan-said")).to_contain_text("Saved.")
    page.reload()
    expect(page.locator("#id_plan")).to_have_value("tech")
    product.refresh_from_db()
    assert product.plan == "tech"


def test_enter_in_a_title_saves_it_and_has_nothing_written_again(page: Page, product: Product) -> None:
    scene = product.scenes.get()

    page.fill(f"#title-{scene.pk}", "Better")
    page.keyboard.press("Enter")

    expect(page.locator(f"#said-title-{scene.pk}")).to_have_text("Saved")
    page.wait_for_timeout(500)
    scene.refresh_from_db()
    assert (scene.title, scene.prompt, scene.version) == ("Better", GOOD, 2)
