"""People and personas as a manager meets them, and the site as an invited viewer does."""

import re
from collections.abc import Iterator

import pytest
from factories import make_complete_video, make_person, make_persona, make_product, make_scene
from films import mp4
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from visitors import browser

from personas.models import Persona
from productvideo.models import AuditEntry, ProductVideo
from productvideo.roles import Role

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house() -> Persona:
    return make_persona(name="House", voice="Warm.")


@pytest.fixture
def film(house: Persona) -> ProductVideo:
    return make_complete_video(make_scene(make_product(house, name="Espresso cup")), mp4(24))


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, house: Persona) -> Iterator[Page]:
    """The browser of a manager, at the sign-in page's far side."""
    context = browser.new_context(base_url=live_server.url, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    sign_in(page, make_person(Role.MANAGER, house).username, "secret")
    yield page
    context.close()


def sign_in(page: Page, name: str, password: str) -> None:
    page.goto("/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")
    page.wait_for_load_state()


def test_somebody_is_invited_comes_in_watches_and_is_let_go(
    page: Page, browser: Browser, live_server: LiveServer, film: ProductVideo
) -> None:
    page.locator("#nav-sidebar-apps").get_by_text("Invite").click()
    page.get_by_label("Name").fill("Lena Lang")
    page.get_by_label("Mail address").fill("lena@example.com")
    page.get_by_label("viewer: watches and downloads").check()
    expect(page.get_by_label("House")).to_be_checked()  # the only persona there is
    page.get_by_role("button", name="Invite").click()
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")

    context = browser.new_context(base_url=live_server.url)
    lena = context.new_page()
    lena.goto(link)
    lena.get_by_label("New password").fill("slow-mornings-7")
    lena.get_by_label("The same once more").fill("slow-mornings-7")
    lena.get_by_role("button", name="Set the password and go in").click()
    expect(lena.get_by_text("You sign in as lena@example.com.")).to_be_visible()
    lena.get_by_role("link", name=re.compile(f"{film.title}.*Espresso cup")).click()
    expect(lena.get_by_role("heading", name=re.compile(film.title))).to_be_visible()
    expect(lena.locator("main form:visible, main textarea:visible")).to_have_count(0)
    expect(lena.get_by_role("link", name=re.compile("Download"))).to_be_visible()

    page.get_by_role("link", name="See Lena Lang").click()
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("Lena Lang is not let in any more.")).to_be_visible()
    lena.reload()
    expect(lena.get_by_label("User name or mail")).to_be_visible()
    context.close()
    assert list(AuditEntry.objects.order_by("pk").values_list("kind", flat=True)) == ["invite", "leave"]


def test_a_manager_shapes_a_persona_and_a_viewer_reads_it(
    page: Page, browser: Browser, live_server: LiveServer, house: Persona, film: ProductVideo
) -> None:
    page.goto("/admin/personas/persona/")
    page.get_by_role("link", name="House").click()
    page.get_by_label("Words to use").fill("by hand")
    page.get_by_label("Monthly limit in units").fill("30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("0 of 30 units (0 %)")).to_be_visible()
    page.get_by_role("link", name=re.compile(film.title)).click()
    expect(page.get_by_role("heading", name=re.compile(film.title))).to_be_visible()

    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844})
    viewer = context.new_page()
    sign_in(viewer, make_person(Role.VIEWER, house).username, "secret")
    viewer.goto(f"/admin/personas/persona/{house.pk}/change/")
    expect(viewer.get_by_text("by hand")).to_be_visible()
    expect(viewer.locator("main form")).to_have_count(0)
    assert not viewer.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()


def test_an_editor_saves_words_without_the_boxes_that_buy(
    browser: Browser, live_server: LiveServer, house: Persona, film: ProductVideo
) -> None:
    context = browser.new_context(base_url=live_server.url)
    editor = context.new_page()
    errors: list[str] = []
    editor.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(editor, make_person(Role.EDITOR, house).username, "secret")
    editor.goto(f"/admin/productvideo/product/{film.product_id}/")

    editor.fill(f"#title-{film.scene_id}", "Steam rises")
    editor.press(f"#title-{film.scene_id}", "Tab")

    expect(editor.locator(f"#said-title-{film.scene_id}")).to_contain_text("Saved")
    expect(editor.locator("#approval")).to_have_count(0)
    assert errors == []
    context.close()
