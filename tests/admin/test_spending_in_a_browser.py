"""Spending as people do it: two tabs, two people, a lost connection, and practice words put in by the keyboard."""

import contextlib
import re

import pytest
from factories import make_complete_video, make_staff
from films import mp4
from playwright.sync_api import Browser, Error, Page, Route, expect
from test_pages_in_a_browser import film_is, page, product
from visitors import browser

import kling
from productvideo import services
from productvideo.models import Product, ProductVideo, Scene
from productvideo.services import SeenScene

__all__ = ["browser", "page", "product"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CLIP = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)


def test_approving_moves_nobody_and_disturbs_no_film(page: Page, product: Product) -> None:
    first, second, third = product.scenes.all()
    playing = make_complete_video(first, mp4(48))
    Scene.objects.filter(pk=first.pk).update(takes=1)
    page.reload()
    film_is(page, "paused === false", playing)
    page.evaluate(f"window.before = document.querySelector('#video-{playing.pk} video')")
    page.fill(f"#title-{first.pk}", "Half a wor")

    page.click("#make")

    expect(page.get_by_text("2 videos are on their way.").locator("..")).to_be_focused()
    expect(page.locator(f"#takes-{second.pk} .sr-card")).to_have_count(1)
    expect(page.locator(f"#takes-{third.pk} .sr-card")).to_have_count(1)
    assert page.evaluate(f"window.before === document.querySelector('#video-{playing.pk} video') && !before.paused")
    assert page.input_value(f"#title-{first.pk}") == "Half a wor"


def test_a_slow_press_straight_from_a_field_buys_what_was_written(page: Page, product: Product) -> None:
    page.locator("textarea[name=prompt]").first.fill("The camera circles the cup.")
    page.locator("#make").hover()
    with page.expect_response(re.compile(r"/scenes/\d+/$")):
        page.mouse.down()  # which leaves the field, so that its words are saved
    page.wait_for_timeout(300)
    page.mouse.up()

    expect(page.get_by_text("3 videos are on their way.")).to_be_visible()
    assert ProductVideo.objects.filter(prompt__contains="circles the cup").count() == 1


def test_a_press_while_the_price_is_asked_for_again_is_not_lost(page: Page, product: Product) -> None:
    asked: list[Route] = []
    page.route("**/price/**", lambda route: asked.append(route))  # noqa: PLW0108  playwright counts arguments
    page.locator("textarea[name=prompt]").first.fill("The camera circles the cup.")
    with page.expect_request("**/price/**"):
        page.keyboard.press("Tab")
    page.locator("#make").hover()
    page.mouse.down()
    asked[0].continue_()
    page.wait_for_timeout(300)
    page.mouse.up()

    expect(page.get_by_text("3 videos are on their way.")).to_be_visible()


def test_a_price_that_was_asked_for_before_does_not_cover_what_was_bought(page: Page, product: Product) -> None:
    asked: list[Route] = []
    page.route(re.compile("/(price|approve)/"), lambda route: asked.append(route))  # noqa: PLW0108  as above
    page.locator("textarea[name=prompt]").first.fill("The camera circles the cup.")
    with page.expect_request("**/price/**"):
        page.keyboard.press("Tab")
    with page.expect_request("**/approve/"):
        page.locator("#make").click()
    for route in asked:
        with contextlib.suppress(Error):  # the price was given up
            route.continue_()
        page.wait_for_timeout(300)

    expect(page.get_by_text("3 videos are on their way.")).to_be_visible()


def test_a_button_that_is_let_go_elsewhere_shows_the_price_of_what_was_saved(page: Page, product: Product) -> None:
    page.locator("textarea[name=prompt]").first.fill("The camera circles the cup.")
    page.locator("#make").hover()
    with page.expect_response(re.compile(r"/scenes/\d+/$")):
        page.mouse.down()
    page.wait_for_timeout(300)
    with page.expect_request("**/price/**"):
        page.mouse.move(1, 1)
        page.mouse.up()

    expect(page.locator("#make")).to_be_enabled()
    assert not ProductVideo.objects.exists()


def test_a_bought_scene_can_be_ticked_again_for_another_take(page: Page, product: Product) -> None:
    page.click("#make")
    expect(page.get_by_text("3 videos are on their way.")).to_be_visible()

    page.locator("input[name=scene]").first.check()
    expect(page.locator("#make")).to_contain_text("Make 1 video")
    page.click("#make")

    expect(page.get_by_text("1 video is on its way.")).to_be_visible()
    assert ProductVideo.objects.filter(take=2).count() == 1


def test_the_other_tab_is_shown_what_was_bought_in_this_one(page: Page, browser: Browser, product: Product) -> None:
    other = browser.new_page(storage_state=page.context.storage_state())
    other.goto(page.url)
    page.click("#make")
    expect(page.get_by_text("3 videos are on their way.")).to_be_visible()

    other.click("#make")

    expect(other.get_by_text(re.compile("You approved these .*; here they are."))).to_be_visible()
    expect(other.locator(".sr-card")).to_have_count(3)
    assert ProductVideo.objects.count() == 3
    other.close()


def test_a_colleague_s_purchase_appears_and_one_goes_on_from_there(page: Page, product: Product) -> None:
    turn = product.scenes.get(title="Turn")
    services.approve(product=product, scenes=[SeenScene.of(turn)], settings=CLIP, by=make_staff(username="mira"))

    page.click("#make")
    expect(page.get_by_text("A colleague, mira, approved “Turn”")).to_be_visible()
    expect(page.locator(f"#takes-{turn.pk} .sr-card")).to_have_count(1)
    expect(page.locator("#make")).to_contain_text("Make 2 videos")
    page.click("#make")

    expect(page.get_by_text("2 videos are on their way.")).to_be_visible()
    assert ProductVideo.objects.count() == 3


def test_a_colleague_s_edit_is_shown_before_it_is_bought(page: Page, product: Product) -> None:
    turn = product.scenes.get(title="Turn")
    mira = make_staff(username="mira")
    services.save_scene(scene=turn, version=1, title="Turn", description="", prompt="Theirs.", by=mira)

    page.click("#make")
    expect(page.get_by_text("“Turn” was edited by mira")).to_be_visible()
    expect(page.locator(f"#prompt-{turn.pk}")).to_have_value("Theirs.")
    assert not ProductVideo.objects.exists()
    page.click("#make")

    expect(page.get_by_text("3 videos are on their way.")).to_be_visible()


def test_an_approval_without_an_answer_can_be_pressed_again(page: Page, product: Product) -> None:
    page.context.set_offline(True)
    page.click("#make")
    expect(page.get_by_text("No answer came.")).to_be_visible()
    page.context.set_offline(False)

    page.click("#make")

    expect(page.get_by_text("3 videos are on their way.")).to_be_visible()
    expect(page.get_by_text("No answer came.")).to_be_hidden()
    assert ProductVideo.objects.count() == 3


def test_an_answer_that_got_lost_is_not_a_second_purchase(page: Page, product: Product) -> None:
    def lose_answer(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    page.route("**/approve/", lose_answer, times=1)
    page.click("#make")
    expect(page.get_by_text("No answer came.")).to_be_visible()

    page.click("#make")

    expect(page.get_by_text(re.compile("You approved these .*; here they are."))).to_be_visible()
    assert ProductVideo.objects.count() == 3


def test_a_word_that_steers_practice_goes_into_the_prompt_that_was_edited_last(page: Page, product: Product) -> None:
    turn = product.scenes.get(title="Turn")
    page.get_by_text("Practice: words that steer it").click()
    page.focus(f"#prompt-{turn.pk}")

    page.focus("[data-steer='[lost answer]']")
    page.keyboard.press("Enter")

    expect(page.locator("#steered")).to_have_text("[lost answer] was added to the prompt of “Turn”.")
    expect(page.locator(f"#prompt-{turn.pk}")).to_have_value(f"{turn.prompt} [lost answer]")
    expect(page.locator(f"#said-prompt-{turn.pk}")).to_have_text("Saved")
    turn.refresh_from_db()
    assert turn.prompt.endswith(" [lost answer]")


def test_what_cannot_be_combined_cannot_be_ticked(page: Page, product: Product) -> None:
    page.select_option("#id_model", "kling-v2-6")
    page.select_option("#id_mode", "pro")
    page.check("#id_loop")
    expect(page.locator("#id_sound")).to_be_disabled()
    page.uncheck("#id_loop")
    page.check("#id_sound")

    expect(page.locator("#id_loop")).to_be_disabled()
    expect(page.locator("#make")).to_contain_text("15 units")


def test_the_lengths_follow_the_loop_where_an_end_frame_changes_them(page: Page, product: Product) -> None:
    lengths = page.locator("#id_duration option")
    page.select_option("#id_model", "kling-video-o1")
    expect(lengths).to_have_text(["5 seconds", "10 seconds"])

    page.check("#id_loop")
    expect(lengths).to_have_count(8)
    page.select_option("#id_duration", "7")
    expect(page.locator("#make")).to_contain_text("12.6 units")
    page.uncheck("#id_loop")

    expect(lengths).to_have_text(["5 seconds", "10 seconds"])
    expect(page.locator("#id_duration")).to_have_value("5")
    expect(page.locator("#make")).to_contain_text("9 units")


def test_a_sound_that_cannot_be_left_out_is_bought_and_does_not_stick(page: Page, product: Product) -> None:
    page.select_option("#id_model", "kling-3.0-turbo")
    expect(page.locator("#id_sound")).to_be_checked()
    expect(page.locator("#id_sound")).to_be_disabled()
    expect(page.get_by_text("always with sound")).to_be_visible()
    page.select_option("#id_model", "kling-v3")
    expect(page.locator("#id_sound")).not_to_be_checked()
    page.select_option("#id_model", "kling-3.0-turbo")
    expect(page.locator("#id_sound")).to_be_checked()

    page.click("#make")

    expect(page.get_by_text("3 videos are on their way.")).to_be_visible()
    assert set(ProductVideo.objects.values_list("model_name", "sound")) == {("kling-3.0-turbo", True)}
