"""Home, many at once and the figures, as only a browser shows them."""

import base64
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from factories import jpeg, make_account, make_complete_video, make_persona, make_product, make_scene
from factories import make_video as make_queued
from many_videos import make_videos
from passing_time import always
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from visitors import browser, sign_in

from personas.models import Persona
from productvideo import services
from productvideo.models import Product, ProductVideo
from productvideo.states import Stage

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CARRY = """([kind, files]) => {
    const carried = new DataTransfer();
    for (const [name, content] of files) {
        const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
        carried.items.add(new File([bytes], name, { type: "image/jpeg" }));
    }
    const told = { bubbles: true, cancelable: true };
    if (kind === "paste") {
        document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, ...told }));
        return;
    }
    for (const step of ["dragenter", "dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(step, { dataTransfer: carried, ...told }));
    }
}"""
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}
FIGURES = "/admin/productvideo/product/figures/"


def come_home(browser: Browser, live_server: LiveServer, **context: object) -> Page:
    page = sign_in(browser, live_server, **context)
    page.goto("/")
    page.wait_for_url(re.compile("/admin/$"))
    return page


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Return the home page, signed in; an error of its script fails the test."""
    make_persona(name="Nord")
    page = come_home(browser, live_server)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    page.close()
    assert errors == []


def carry(page: Page, kind: str, *names: str) -> None:
    colours = ("tomato", "navy", "olive")
    contents = [base64.b64encode(jpeg(colour=colour)).decode() for colour in colours]
    files = [list(pair) for pair in zip(names, contents, strict=False)]
    page.evaluate(CARRY, [kind, files])


def test_photos_are_dropped_written_in_the_background_and_bought_with_one_button(page: Page) -> None:
    make_account(host="sandbox", simulated=True)
    carry(page, "drop", "blue_cup.jpg", "olive-oil.jpg", "desk lamp.jpg")
    expect(page.locator("[data-photos] li")).to_have_count(3)
    page.get_by_role("button", name="Leave out: olive-oil.jpg").click()
    page.get_by_role("button", name="Make 2 products and write their scenes").click()
    page.wait_for_url(re.compile("/dropped/"))
    expect(page.get_by_text("The scenes of 2 products are being written")).to_be_visible()
    expect(page.locator("#make")).to_be_disabled()

    assert services.write_wanted_scenes(always) == 2
    make = page.get_by_role("button", name="Make 6 videos from default scenes · 9 units")
    expect(make).to_be_visible()
    expect(page.get_by_text("are being written")).to_have_count(0)
    page.get_by_label("All scenes of Desk lamp").uncheck()
    expect(page.get_by_role("button", name="Make 3 videos from default scenes · 4.5 units")).to_be_visible()
    page.get_by_role("button", name="Tick all").click()
    expect(make).to_be_visible()
    page.select_option("#id_mode", "pro")
    page.get_by_role("button", name="Make 6 videos from default scenes · 15 units").dblclick()
    expect(
        page.get_by_text(re.compile("6 videos are on their way|Nothing was bought a second time")).first
    ).to_be_visible()

    assert ProductVideo.objects.count() == 6
    page.goto("/")
    expect(page.get_by_role("heading", name="Being made 6")).to_be_visible()


def test_one_product_is_bought_alone_though_others_are_ticked(page: Page) -> None:
    make_account(host="sandbox", simulated=True)
    persona = Persona.objects.get()
    lamp, cup = make_product(persona, name="Lamp"), make_product(persona, name="Cup")
    for product in (lamp, cup):
        make_scene(product)
    page.goto("/admin/productvideo/product/to-approve/")
    page.get_by_label("All scenes of Cup").check()
    page.select_option("#id_duration", "10")
    alone = page.get_by_role("article", name="Lamp").get_by_role("button", name="Make its 1 video · 3 units")
    expect(alone).to_be_visible()
    alone.click()
    expect(page.get_by_text("1 video is on its way.")).to_be_visible()

    video = ProductVideo.objects.get()
    assert (video.product, video.duration) == (lamp, 10)


def test_one_pasted_photo_leads_to_its_own_page(page: Page) -> None:
    carry(page, "paste", "blue_cup.jpg")
    page.fill("#id_description", "A cup of clay.")
    page.get_by_role("button", name="Make a product and write its scenes").click()
    page.wait_for_url(re.compile(r"/product/\d+/$"))

    product = Product.objects.get()
    assert (product.name, product.description) == ("Blue cup", "A cup of clay.")


def test_a_photo_is_chosen_with_the_keyboard_alone(page: Page, tmp_path: Path) -> None:
    (tmp_path / "cup.jpg").write_bytes(jpeg())
    with page.expect_file_chooser() as chosen:
        page.locator("#id_drop_photo").focus()  # in here: the answer is also a sign that choosers are watched by now
        page.keyboard.press("Space")
    chosen.value.set_files(tmp_path / "cup.jpg")
    expect(page.locator("[data-photos] li")).to_have_count(1)
    page.locator("[data-make]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/product/\d+/$"))

    assert Product.objects.get().name == "Cup"


def test_what_is_wrong_with_one_photo_is_said_beside_it_and_the_others_are_made(page: Page, tmp_path: Path) -> None:
    (tmp_path / "good.jpg").write_bytes(jpeg())
    (tmp_path / "small.jpg").write_bytes(jpeg(100, 100))
    page.set_input_files("#id_drop_photo", [tmp_path / "good.jpg", tmp_path / "small.jpg"])
    page.get_by_role("button", name="Make 2 products").click()

    expect(page.locator("[data-photos] .sr-error")).to_contain_text("The photo is 100 × 100 px")
    expect(page.get_by_text("1 of 2 photos are taken")).to_be_visible()
    page.get_by_role("link", name="Go to the new products").click()
    page.wait_for_url(re.compile("/dropped/"))
    expect(page.get_by_role("link", name="Good")).to_be_visible()


def test_without_a_script_the_form_does_it(browser: Browser, live_server: LiveServer, tmp_path: Path) -> None:
    make_persona()
    page = come_home(browser, live_server, java_script_enabled=False)
    for name, colour in (("one.jpg", "red"), ("two.jpg", "blue")):
        (tmp_path / name).write_bytes(jpeg(colour=colour))
    page.set_input_files("#id_drop_photo", [tmp_path / "one.jpg", tmp_path / "two.jpg"])
    page.locator("[data-make]").click()
    page.wait_for_url(re.compile("/dropped/"))
    page.close()

    assert Product.objects.waiting_for_scenes().count() == 2


def test_home_tells_by_itself_that_a_video_is_ready(page: Page) -> None:
    video = make_queued(make_scene(make_product(Persona.objects.get())), stage=Stage.RENDERING, task_id="t")
    page.goto("/")
    expect(page.get_by_role("heading", name="Being made 1")).to_be_visible()
    ProductVideo.objects.filter(pk=video.pk).update(
        stage=Stage.FAILED, due_at=None, finished_at=video.created_at, error_message="Too dark."
    )

    expect(page.get_by_role("heading", name="Being made 1")).to_have_count(0, timeout=15_000)
    expect(page.get_by_text("failed: Too dark.")).to_be_visible()
    page.get_by_role("link", name="Open it").click()
    page.wait_for_url(re.compile(str(video.pk)))


def test_the_line_on_top_leads_to_the_figures_and_a_number_to_its_list(page: Page) -> None:
    make_videos(5, scene=make_scene(make_product(Persona.objects.get())))
    page.goto("/admin/productvideo/product/")
    page.get_by_role("link", name=re.compile("This month .* open the figures")).click()
    expect(page.get_by_role("heading", name=re.compile("Figures of"))).to_be_visible()
    page.get_by_role("rowheader", name="Nord").first.wait_for()
    page.locator(".sr-totals a").first.click()
    page.wait_for_url(re.compile("sent_at__gte"))


def several_of_everything() -> list[str]:
    persona = make_persona(name="Nord", monthly_units=Decimal(9))
    account = make_account(host="sandbox", simulated=True)
    together = "11111111-1111-4111-8111-111111111111"
    make_scene(make_product(persona, name="Lamp", description="Lamp", dropped_with=together))
    scene = make_scene(make_product(persona))
    make_complete_video(scene, account=account, title="Push-in")
    make_queued(scene, account)
    make_videos(20, scene=scene)
    return [
        "/admin/",
        FIGURES,
        "/admin/productvideo/product/to-approve/",
        f"/admin/productvideo/product/dropped/{together}/",
    ]


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_serious_stands_in_anybody_s_way(browser: Browser, live_server: LiveServer, look: str) -> None:
    page = come_home(browser, live_server, reduced_motion="reduce", **LOOKS[look])
    found, too_wide = [], []
    first_day = [*violations(page), *(["first day"] if is_too_wide(page) else [])]
    for address in several_of_everything():
        page.goto(address)
        for closed in page.locator("main details").all():
            closed.evaluate("element => { element.open = true; }")
        found += [f"{address}: {one}" for one in violations(page)]
        too_wide += [address] if is_too_wide(page) else []
    page.close()

    assert (first_day, found, too_wide) == ([], [], [])


def violations(page: Page) -> list[str]:
    return [
        f"{violation['id']} {violation['nodes'][0]['html'][:200]}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


def is_too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
