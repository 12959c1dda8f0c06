"""The page on the real stack, minute by minute: first product, waiting, failure, two colleagues, a lost connection.

What was bought is counted at the sandbox, not at ourselves.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium
from clones import Clone, wait_for
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.journey, pytest.mark.browser]
PHOTO = Path(__file__).resolve().parents[2] / "productvideo" / "demo" / "espresso-cup.png"
SECOND = 1000
FILMS = "SELECT count(*) FROM productvideo_productvideo WHERE stage = 'complete'"
EVE = "from django.contrib.auth.models import User; User.objects.create_user('eve', password='eve')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(patience=60 * SECOND) as started:
        yield started


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """A clone that runs as `make run` does; its demo is finished, so that the books start from three."""
    made = Clone(tmp_path_factory.mktemp("page") / "clone")
    try:
        made.start("--render-seconds", "1", "2", KLING_POLL_SECONDS="1")
        made.link = made.wait_until_ready()  # type: ignore[attr-defined]
        wait_for(lambda: made.ask(sql=FILMS) == [(3,)], seconds=120, what=lambda: made.output)
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def session(running: Clone, browser: Browser) -> dict[str, object]:
    context = browser.new_context(base_url=running.address)
    context.new_page().goto(running.link)  # type: ignore[attr-defined]
    state = context.storage_state()
    context.close()
    return dict(state)


@pytest.fixture
def page(running: Clone, browser: Browser, session: dict[str, object]) -> Iterator[Page]:
    context = browser.new_context(base_url=running.address, storage_state=session)  # type: ignore[arg-type]
    context.set_default_timeout(60 * SECOND)
    yield context.new_page()
    context.close()


def make_product(page: Page, name: str) -> str:
    """Go the way of a first product; return the address of its page once its scenes are there."""
    page.goto("/admin/productvideo/product/new/")
    page.set_input_files("#id_photo", PHOTO)
    page.fill("#id_name", name)
    page.fill("#id_description", "A stoneware cup.")
    page.get_by_role("button", name="Write three scenes").click()
    expect(page.locator("#make")).to_contain_text("Make 3 videos from default scenes · 4.5 units · $0.63")
    return page.url


def asked(clone: Clone) -> int:
    return int(clone.sandbox_books()["asked"])


def films(page: Page) -> int:
    return page.locator(".sr-card video").count()


def test_from_the_first_photo_to_three_playing_films(page: Page, running: Clone) -> None:
    before = asked(running)
    make_product(page, "First cup")

    page.locator("#make").click()

    expect(page.locator(".sr-card video")).to_have_count(3)
    page.wait_for_function("[...document.querySelectorAll('.sr-card video')].every(film => film.currentTime > 0)")
    assert asked(running) == before + 3


def test_an_edit_and_a_new_length_change_the_price_and_what_is_sent(page: Page, running: Clone) -> None:
    make_product(page, "Edited cup")
    page.locator("textarea[name=prompt]").first.fill("The cup stays still; the camera pans left, slowly.")
    page.keyboard.press("Tab")

    page.select_option("#id_duration", "10")
    for box in page.locator("input[name=scene]").all()[1:]:
        box.uncheck()
    expect(page.locator("#make")).to_contain_text("Make 1 video · 3 units · $0.42")
    page.locator("#make").click()

    expect(page.locator(".sr-card video")).to_have_count(1)
    assert "kling-v2-5-turbo std 10 s, pan-left" in running.output


def test_a_double_click_buys_once(page: Page, running: Clone) -> None:
    before = asked(running)
    make_product(page, "Double cup")

    page.locator("#make").dblclick()

    expect(page.locator(".sr-card video")).to_have_count(3)
    assert asked(running) == before + 3


def test_of_two_who_approve_the_same_storyboard_one_buys_and_the_other_sees_it(page: Page, running: Clone) -> None:
    before = asked(running)
    address = make_product(page, "Shared cup")
    colleague = page.context.new_page()
    colleague.goto(address)
    expect(colleague.locator("#make")).to_contain_text("Make 3 videos")

    page.locator("#make").click()
    expect(page.locator(".sr-card")).to_have_count(3)
    colleague.locator("#make").click()

    expect(colleague.get_by_text("approved these")).to_be_visible()
    expect(page.locator(".sr-card video")).to_have_count(3)
    expect(colleague.locator(".sr-card video")).to_have_count(3)
    assert asked(running) == before + 3


def test_a_stale_tab_buys_nothing_it_did_not_show(page: Page, running: Clone) -> None:
    before = asked(running)
    address = make_product(page, "Stale cup")
    stale = page.context.new_page()
    stale.goto(address)
    page.locator("textarea[name=prompt]").first.fill("Only steam moves; the camera stays where it is.")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Edited by admin").first).to_be_visible()

    stale.locator("#make").click()

    expect(stale.get_by_text("after this page had shown it").first).to_be_visible()
    assert asked(running) == before
    stale.close(run_before_unload=False)


def test_a_failed_scene_says_why_and_is_made_by_a_retake(page: Page, running: Clone) -> None:
    make_product(page, "Failing cup")
    for box in page.locator("input[name=scene]").all()[1:]:
        box.uncheck()
    prompt = page.locator("textarea[name=prompt]").first
    prompt.fill("[policy] The camera pushes in.")
    page.keyboard.press("Tab")
    page.locator("#make").click()
    expect(page.locator(".sr-card").first).to_contain_text("safety check")

    prompt.fill("The camera pushes in.")
    with page.expect_response(re.compile(r"/scenes/\d+/$")):  # a retake of words that are just being saved is refused
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Retake").first.click()

    expect(page.locator(".sr-card video")).to_have_count(1)
    expect(page.locator(".sr-card")).to_have_count(2)


def test_a_lost_connection_is_survived_and_the_films_still_arrive(page: Page) -> None:
    make_product(page, "Offline cup")
    page.locator("#make").click()
    expect(page.locator(".sr-card")).to_have_count(3)

    page.context.set_offline(True)
    page.wait_for_timeout(6 * SECOND)
    assert films(page) < 3
    page.context.set_offline(False)

    expect(page.locator(".sr-card video")).to_have_count(3)


def test_the_whole_way_fits_a_phone(browser: Browser, running: Clone, session: dict[str, object]) -> None:
    context = browser.new_context(
        base_url=running.address,
        storage_state=session,  # type: ignore[arg-type]
        viewport={"width": 390, "height": 844},
        has_touch=True,
    )
    context.set_default_timeout(60 * SECOND)
    page = context.new_page()

    make_product(page, "Phone cup")
    page.locator("#make").tap()

    expect(page.locator(".sr-card video")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_without_permission_there_is_no_page_and_no_purchase(browser: Browser, running: Clone, page: Page) -> None:
    address = make_product(page, "Private cup")
    running.run("manage.py", "shell", "-c", EVE)
    stranger = browser.new_page(base_url=running.address)

    stranger.goto(address)
    stranger.fill("#id_username", "eve")
    stranger.fill("#id_password", "eve")
    stranger.press("#id_password", "Enter")

    expect(stranger.locator("#make")).to_have_count(0)
    expect(stranger.locator("#id_password")).to_be_visible()
    stranger.close()
