"""Takes in a browser: a lost connection heals by itself, films run on, and two takes are compared side by side."""

import pytest
from factories import make_complete_video, make_video
from films import mp4
from playwright.sync_api import Page, expect
from test_pages_in_a_browser import arrive, film_is, page, product
from visitors import browser

from productvideo.models import Product, ProductVideo
from productvideo.states import Stage

__all__ = ["browser", "page", "product"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_lost_connection_is_said_and_heals_by_itself(page: Page, product: Product) -> None:
    video = make_video(product.scenes.first(), stage=Stage.RENDERING, task_id="t1")
    page.reload()
    expect(page).to_have_title(f"(0 of 1 ready) {product.name} | Stillreel")

    page.context.set_offline(True)
    expect(page.get_by_text("No connection; trying again.")).to_be_visible()
    arrive(video)
    page.context.set_offline(False)

    film_is(page, "paused === false", video)
    expect(page.get_by_text("No connection; trying again.")).to_be_hidden()
    expect(page).to_have_title(f"(1 of 1 ready) {product.name} | Stillreel")
    expect(page.locator("#news")).to_contain_text("is ready.")


def test_a_retake_arrives_without_touching_the_film_that_plays(page: Page, product: Product) -> None:
    scene = product.scenes.first()
    assert scene
    playing = make_complete_video(scene, mp4(48))
    page.reload()
    film_is(page, "paused === false", playing)
    page.evaluate(f"window.before = document.querySelector('#video-{playing.pk} video')")

    page.locator(f"#video-{playing.pk}").get_by_role("button", name="Retake").click()

    expect(page.locator(f"#takes-{scene.pk} article")).to_have_count(2)
    taken = ProductVideo.objects.exclude(pk=playing.pk).get()
    expect(page.locator(f"#takes-{scene.pk} article").first).to_have_id(f"video-{taken.pk}")
    assert page.evaluate(f"window.before === document.querySelector('#video-{playing.pk} video') && !before.paused")
    assert page.url.endswith(f"/product/{product.pk}/")


def test_who_uses_the_keyboard_keeps_their_place_while_sentences_change(page: Page, product: Product) -> None:
    video = make_video(product.scenes.first())
    page.reload()
    cancel = page.get_by_role("button", name="Cancel, free of charge")
    cancel.focus()

    with page.expect_response("**/live/**"):
        pass
    with page.expect_response("**/live/**"):
        pass

    expect(cancel).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#video-{video.pk}").get_by_text("cancelled", exact=True)).to_be_visible()


def test_two_takes_are_chosen_from_and_compared_side_by_side(page: Page, product: Product) -> None:
    scene = product.scenes.first()
    assert scene
    first, second = make_complete_video(scene, mp4(48)), make_complete_video(scene, mp4(48), take=2)
    page.reload()
    expect(page.get_by_role("button", name="Compare takes")).to_have_count(1)

    page.get_by_role("button", name="Compare takes").click()
    for film in (first, second):
        film_is(page, "paused === false", film)
    page.evaluate(f"document.querySelector('#video-{first.pk} video').pause()")
    film_is(page, "paused === true", second)
    page.locator(f"#video-{first.pk}").get_by_role("button", name="Choose").click()

    expect(page.locator(f"#video-{first.pk} .sr-chosen")).to_be_visible()
    expect(page.locator(".sr-chosen")).to_have_count(1)
    scene.refresh_from_db()
    assert scene.chosen == first
