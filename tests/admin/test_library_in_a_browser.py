"""The library, the bin and sharing in a browser: hover, the large player, ticks with shift, undo, a copied link."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import make_complete_video, make_product, make_scene, make_video
from films import mp4
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from test_pages_in_a_browser import page
from visitors import browser, sign_in

from productvideo.models import ProductVideo, Scene, Share
from productvideo.states import Stage

__all__ = ["browser", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIBRARY = "/admin/productvideo/productvideo/library/"
BIN = "/admin/productvideo/productvideo/bin/"


@pytest.fixture
def films(page: Page) -> list[ProductVideo]:
    """Three films, newest first, and one that is still being made."""
    product = make_product(name="Blue cup")
    content = mp4(48)
    made = [make_complete_video(make_scene(product, title=title, takes=1), content) for title in ("C", "B", "A")]
    make_video(make_scene(product, title="Making"), stage=Stage.RENDERING, task_id="1")
    return made[::-1]


@pytest.fixture
def library(page: Page, films: list[ProductVideo]) -> Iterator[Page]:
    page.goto(LIBRARY)
    yield page


def poster(page: Page, video: ProductVideo) -> str:
    return f"#tile-{video.pk} a[data-film]"


def plays(page: Page, video: ProductVideo) -> None:
    page.wait_for_function(f"() => document.querySelector('#tile-{video.pk} video')?.paused === false")


def test_a_poster_plays_while_it_is_looked_at_and_only_one_does(library: Page, films: list[ProductVideo]) -> None:
    library.hover(poster(library, films[0]))
    plays(library, films[0])
    library.hover(poster(library, films[1]))
    plays(library, films[1])

    assert library.locator(".sr-tile video").count() == 1
    assert library.evaluate("document.querySelector('.sr-tile video').muted")
    library.hover("h1")
    expect(library.locator(".sr-tile video")).to_have_count(0)


def test_a_poster_plays_for_the_keyboard_too(library: Page, films: list[ProductVideo]) -> None:
    library.locator(f"#tile-{films[0].pk} [name=video]").focus()
    library.keyboard.press("Shift+Tab")

    plays(library, films[0])


def test_who_asked_for_less_motion_sees_posters_that_stand_still(browser: Browser, live_server: LiveServer) -> None:
    page = sign_in(browser, live_server, reduced_motion="reduce")
    film = make_complete_video(make_scene(), mp4(48))
    page.goto(LIBRARY)

    page.hover(poster(page, film))
    page.wait_for_timeout(300)
    assert page.locator(".sr-tile video").count() == 0
    page.click(poster(page, film))

    expect(page.locator("#player")).to_be_visible()
    assert page.evaluate("document.querySelector('#player video').paused")
    page.close()


def test_the_large_player_goes_on_with_the_arrows_and_closes_with_escape(
    library: Page, films: list[ProductVideo]
) -> None:
    library.click(poster(library, films[0]))
    title = library.locator("#player-title")
    expect(title).to_have_text("A · take 1")
    library.wait_for_function("() => document.querySelector('#player video').currentTime > 0")

    library.keyboard.press("ArrowRight")
    expect(title).to_have_text("B · take 1")
    library.keyboard.press("ArrowRight")
    library.keyboard.press("ArrowRight")
    expect(title).to_have_text("C · take 1")
    expect(library.get_by_role("button", name="Next")).to_be_disabled()
    library.keyboard.press("ArrowLeft")
    expect(title).to_have_text("B · take 1")
    expect(library.locator("#player a[data-download]")).to_have_attribute("href", f"{films[1].url}?download=1")
    library.keyboard.press("Escape")

    expect(library.locator("#player")).to_be_hidden()
    library.wait_for_function(
        "tile => document.activeElement.closest('.sr-tile')?.id === tile", arg=f"tile-{films[1].pk}"
    )


def test_without_scripts_a_poster_leads_to_the_page_of_its_take(browser: Browser, live_server: LiveServer) -> None:
    page = sign_in(browser, live_server)
    film = make_complete_video(make_scene(), mp4(48))
    still = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=page.context.storage_state()
    ).new_page()
    still.goto(LIBRARY)

    still.click(poster(still, film))

    assert still.url.endswith(f"/videos/{film.pk}/take/")
    still.context.close()
    page.close()


def test_filters_search_and_order_are_one_press_each_and_stay_in_the_address(
    library: Page, films: list[ProductVideo]
) -> None:
    library.select_option("[name=status]", "complete")
    library.wait_for_url(f"**{LIBRARY}?status=complete")
    library.select_option("[name=sort]", "oldest")
    library.wait_for_url(f"**{LIBRARY}?sort=oldest&status=complete")
    assert library.locator(".sr-tile strong").all_inner_texts() == ["C · take 1", "B · take 1", "A · take 1"]

    library.get_by_role("link", name="Status: complete").click()
    library.wait_for_url(f"**{LIBRARY}?sort=oldest")
    library.fill("[name=q]", "cup making")
    library.keyboard.press("Enter")

    expect(library.locator(".sr-tile")).to_have_count(1)


def test_shift_ticks_from_one_to_another_and_they_come_as_one_zip(
    library: Page, films: list[ProductVideo], tmp_path: Path
) -> None:
    library.check(f"#tile-{films[0].pk} [name=video]")
    library.click(f"#tile-{films[2].pk} [name=video]", modifiers=["Shift"])
    expect(library.get_by_text("3 selected")).to_be_visible()

    with library.expect_download() as download:
        library.locator(".sr-selected").get_by_role("button", name="Download").click()

    download.value.save_as(tmp_path / "films.zip")
    assert len(zipfile.ZipFile(tmp_path / "films.zip").namelist()) == 3


def test_the_whole_page_is_ticked_and_retaken_for_one_stated_price(library: Page, films: list[ProductVideo]) -> None:
    library.check("[data-select-page]")
    library.get_by_role("button", name="Retake: show the price").click()

    expect(library.get_by_text("It is still being made.")).to_be_visible()
    library.get_by_role("button", name="Retake 3 videos · 4.5 units · $0.63 list price").dblclick()

    expect(library.get_by_text("on their way").or_(library.get_by_text("bought a second time"))).to_be_visible()
    assert ProductVideo.objects.filter(stage=Stage.QUEUED).count() == 3


def test_what_is_deleted_is_undone_at_once_or_taken_out_of_the_bin_later(
    library: Page, films: list[ProductVideo]
) -> None:
    tile, selected = library.locator(f"#tile-{films[0].pk}"), library.locator(".sr-selected")
    tile.locator("[name=video]").check()
    selected.get_by_role("button", name="Delete").click()
    expect(tile).to_have_count(0)

    library.get_by_role("button", name="Undo").click()
    expect(tile).to_have_count(1)
    tile.locator("[name=video]").check()
    selected.get_by_role("button", name="Delete").click()
    expect(library.get_by_role("button", name="Undo")).to_be_visible()
    library.goto(BIN)
    library.locator("[name=video]").check()
    selected.get_by_role("button", name="Take out").click()

    expect(library.get_by_text("1 video is out of the bin again.")).to_be_visible()
    expect(library.get_by_text("The bin is empty.")).to_be_visible()


def test_a_take_that_is_being_made_is_hidden_from_its_card_and_comes_back(
    page: Page, films: list[ProductVideo]
) -> None:
    making = ProductVideo.objects.get(stage=Stage.RENDERING)
    page.goto(f"/admin/productvideo/product/{making.product_id}/")
    page.on("dialog", lambda dialog: dialog.accept())
    card = page.locator(f"#video-{making.pk}")

    card.get_by_role("button", name="Hide").click()
    expect(card).to_contain_text("It goes on being made, and is saved and charged.")
    expect(page.locator(f"#video-{making.pk} button:focus")).to_have_text("Undo")
    card.get_by_role("button", name="Undo").click()

    expect(card.get_by_role("button", name="Hide")).to_be_visible()


def test_a_link_is_made_in_the_player_copied_and_revoked(
    library: Page, films: list[ProductVideo], browser: Browser
) -> None:
    library.context.grant_permissions(["clipboard-read", "clipboard-write"])
    library.click(poster(library, films[0]))
    library.locator("#player").get_by_role("button", name="Share").click()
    library.get_by_role("button", name="Make a link").click()
    library.get_by_role("button", name="Copy").click()
    expect(library.get_by_role("button", name="Copied")).to_be_visible()

    link = library.evaluate("navigator.clipboard.readText()")
    stranger = browser.new_page()
    stranger.goto(link)
    expect(stranger.get_by_role("heading", name="A")).to_be_visible()
    library.get_by_role("button", name="Revoke").click()
    expect(library.get_by_text("The link does not work any more.")).to_be_visible()

    stranger.reload()
    expect(stranger.get_by_text("This link does not work")).to_be_visible()
    stranger.close()


def test_the_arrows_belong_to_the_date_while_it_is_being_chosen(library: Page, films: list[ProductVideo]) -> None:
    library.click(poster(library, films[0]))
    library.locator("#player").get_by_role("button", name="Share").click()
    library.locator("#player [name=ends]").focus()

    library.keyboard.press("ArrowRight")

    expect(library.locator("#player-title")).to_have_text("A · take 1")


def test_the_chosen_takes_of_a_product_are_shared_from_its_page(page: Page, films: list[ProductVideo]) -> None:
    Scene.objects.filter(pk=films[0].scene_id).update(chosen=films[0])
    page.goto(f"/admin/productvideo/product/{films[0].product_id}/")

    page.get_by_role("link", name="Share the chosen takes").click()
    page.get_by_role("button", name="Make a link").click()

    expect(page.get_by_role("button", name="Copy")).to_be_visible()
    assert Share.objects.get().product == films[0].product
