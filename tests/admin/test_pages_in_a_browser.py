"""What only a browser shows: prices that follow a choice, words that are not lost, films that arrive and play."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import jpeg, make_complete_video, make_product, make_scene, make_video
from films import mp4
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from visitors import browser, sign_in

from productvideo.models import Product, ProductVideo, Scene
from productvideo.states import Stage

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Return a signed-in page; whatever its console calls an error fails the test."""
    page = sign_in(browser, live_server)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


@pytest.fixture
def product(page: Page) -> Product:
    product = make_product()
    for position, title in enumerate(("Push-in", "Turn", "Macro"), start=1):
        make_scene(product, position=position, title=title)
    page.goto(f"/admin/productvideo/product/{product.pk}/")
    return product


def film_is(page: Page, state: str, video: ProductVideo) -> None:
    page.wait_for_function(f"""() => document.querySelector("#video-{video.pk} video")?.{state}""")


def test_a_refused_photo_loses_nothing_that_was_typed_or_chosen(page: Page, tmp_path: Path) -> None:
    small, good = tmp_path / "small.jpg", tmp_path / "good.jpg"
    small.write_bytes(jpeg(100, 100))
    good.write_bytes(jpeg())
    page.goto("/admin/productvideo/product/new/")
    page.fill("#id_new_persona", "Nord")
    page.fill("#id_description", "A cup.")
    page.set_input_files("#id_photo", small)
    page.fill("#id_name", "Cup")

    page.click("text=Write three scenes")
    expect(page.locator(".sr-error:visible")).to_contain_text("at least 300")
    page.set_input_files("#id_photo", good)
    page.fill("#id_name", "")
    page.click("text=Write three scenes")
    expect(page.locator(".sr-error:visible")).to_contain_text("Write a name")
    page.fill("#id_name", "Cup")
    page.click("text=Write three scenes")

    expect(page.locator("#make")).to_contain_text("Make 3 videos")
    product = Product.objects.get()
    assert (product.name, product.persona.name) == ("Cup", "Nord")


def test_the_button_follows_every_choice(page: Page, product: Product) -> None:
    button = page.locator("#make")

    page.select_option("#id_model", "kling-v3")
    expect(button).to_contain_text("9 units")
    page.check("#id_sound")
    expect(button).to_contain_text("13.5 units")
    page.locator("input[name=scene]").first.uncheck()
    expect(button).to_have_text("Make 2 videos from default scenes · 9 units · $1.26 list price")
    page.select_option("#id_model", "kling-v2-5-turbo")

    expect(button).to_have_text("Make 2 videos from default scenes · 3 units · $0.42 list price")
    expect(page.locator("#id_sound")).to_have_count(0)


def test_buying_waits_until_the_words_are_saved(page: Page, product: Product) -> None:
    page.locator("textarea[name=prompt]").nth(1).fill("Edited.")
    page.dblclick("#make")

    expect(page.get_by_text("waiting for a slot")).to_have_count(3)
    assert ProductVideo.objects.filter(prompt="Edited.").count() == 1
    assert ProductVideo.objects.count() == 3


def test_a_conflict_shows_both_texts(page: Page, product: Product) -> None:
    scene = product.scenes.first()
    Scene.objects.filter(pk=scene.pk).update(prompt="Theirs.", version=2)

    page.fill(f"#prompt-{scene.pk}", "Mine.")
    page.keyboard.press("Tab")

    expect(page.locator(".sr-theirs")).to_contain_text("Theirs.")
    expect(page.locator(f"#prompt-{scene.pk}")).to_have_value("Mine.")
    page.on("dialog", lambda dialog: dialog.accept())  # leaving with unsaved words is asked about


def arrive(video: ProductVideo) -> None:
    """Let a video become complete, as the pipeline would."""
    film = make_complete_video(video.scene, mp4(48))
    kept = ("file", "poster", "sha256", "size_bytes", "width", "height")
    columns = {field: getattr(film, field) for field in kept}
    urls = {"url": f"/files/videos/{video.pk}.mp4", "thumbnail_url": f"/files/posters/{video.pk}.jpg"}
    complete = {"stage": Stage.COMPLETE, "due_at": None}
    ProductVideo.objects.filter(pk=film.pk).delete()
    ProductVideo.objects.filter(pk=video.pk).update(**columns, **urls, **complete)


def test_a_film_arrives_and_plays_and_the_others_are_left_alone(page: Page, product: Product) -> None:
    first, second = product.scenes.all()[:2]
    playing = make_complete_video(first, mp4(48))
    coming = make_video(second, stage=Stage.RENDERING, task_id="t1")
    page.reload()
    film_is(page, "paused === false", playing)
    page.evaluate(f"window.before = document.querySelector('#video-{playing.pk} video')")

    arrive(coming)

    film_is(page, "paused === false", coming)
    assert page.evaluate(f"window.before === document.querySelector('#video-{playing.pk} video') && !before.paused")
    assert page.locator("[data-live]").count() == 0


def test_films_play_also_where_nobody_has_scrolled_to_yet(page: Page, product: Product) -> None:
    films = [make_complete_video(scene, mp4(48)) for scene in product.scenes.all()]

    page.reload()

    for film in films:
        film_is(page, "currentTime > 0", film)


def test_who_asked_for_less_motion_starts_films_by_hand(browser: Browser, live_server: LiveServer) -> None:
    page = sign_in(browser, live_server, reduced_motion="reduce")
    film = make_complete_video(make_scene(), mp4(48))

    page.goto(f"/admin/productvideo/product/{film.product_id}/")
    film_is(page, "readyState > 2", film)

    assert page.evaluate("document.querySelector('video').paused")
    page.close()


def test_a_page_whose_session_has_ended_asks_to_sign_in(page: Page, product: Product) -> None:
    make_video(product.scenes.first())
    page.reload()

    page.context.clear_cookies()

    page.wait_for_url("**/admin/login/**")


@pytest.mark.parametrize("path", ["product/new/", "product/", "productvideo/", "product/{}/"])
def test_nothing_is_wider_than_a_phone(page: Page, product: Product, path: str) -> None:
    make_complete_video(product.scenes.first())
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(f"/admin/productvideo/{path.format(product.pk)}")

    assert page.evaluate("document.documentElement.scrollWidth") == 390
