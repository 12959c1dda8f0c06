"""Beginning with photos, as only a browser shows it: dropping, the preview, what is wrong at once, several at once."""

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import jpeg, make_persona, make_scene
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer
from visitors import browser, sign_in

from productvideo.models import Product
from productvideo.models.storyboard import Photo

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/admin/productvideo/product/new/"
DROP = """([name, content]) => {
    const carried = new DataTransfer();
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
    carried.items.add(new File([bytes], name));
    for (const kind of ["dragenter", "dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
    }
}"""


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Return the page for a new product, signed in; an error of its script fails the test."""
    make_persona(name="Nord")
    page = sign_in(browser, live_server)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(NEW)
    yield page
    page.close()
    assert errors == []


@pytest.fixture
def photos(tmp_path: Path) -> dict[str, Path]:
    """Return files as people have them, by name."""
    see_through = io.BytesIO()
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(see_through, "PNG")
    contents = {
        "blue_cup-large.jpg": jpeg(800, 600, "navy"),
        "red-bowl.jpg": jpeg(600, 800),
        "IMG_0042.jpg": jpeg(),
        "small.jpg": jpeg(200, 150),
        "long.jpg": jpeg(1600, 500),
        "phone.heic": b"\0\0\0\x18ftypheic" + bytes(300),
        "logo.png": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        "clear.png": see_through.getvalue(),
        "cut.jpg": jpeg()[:200],
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def choose_shape(page: Page, shape: str) -> None:
    page.locator(f".sr-start [name=shape][value='{shape}']").check(force=True)


def judgement(page: Page):
    return page.locator("#photo-drop [data-judgement]")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("phone.heic", "is a HEIC photo; open it in your photo app, export it as JPEG"),
        ("logo.png", "is an SVG drawing"),
        ("small.jpg", "is 200 × 150 px, and each side must have at least 300 px"),
        ("long.jpg", "longer than 1:2.5; choose another shape above"),
    ],
)
def test_what_is_wrong_with_a_photo_is_said_before_anything_is_sent(
    page: Page, photos: dict[str, Path], name: str, sentence: str
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    page.set_input_files("#id_photo", photos[name])
    expect(judgement(page)).to_contain_text(sentence)
    page.fill("#id_description", "x")
    page.click("text=Write three scenes")

    expect(page.locator("#id_photo")).to_be_focused()
    assert sent == []


def test_a_photo_that_only_looks_damaged_is_left_to_the_server(page: Page, photos: dict[str, Path]) -> None:
    page.set_input_files("#id_photo", photos["cut.jpg"])
    page.fill("#id_description", "x")
    page.click("text=Write three scenes")

    expect(page.locator("[data-refusal]")).to_contain_text("damaged or cut short")
    expect(page.locator("#id_description")).to_have_value("x")


def test_another_choice_takes_the_sentence_away(page: Page, photos: dict[str, Path]) -> None:
    page.set_input_files("#id_photo", photos["long.jpg"])
    expect(judgement(page)).to_be_visible()

    choose_shape(page, "1:1")

    expect(judgement(page)).to_be_hidden()
    page.get_by_label("Crop, add nothing").check()
    expect(judgement(page)).to_be_hidden()
    choose_shape(page, "9:16")
    expect(judgement(page)).to_contain_text("Cropped to 9:16, only 281 × 500 px would be left")


def test_a_photo_can_be_dropped_anywhere_and_is_shown_at_once(page: Page) -> None:
    page.evaluate(DROP, ["blue_cup-large.jpg", base64.b64encode(jpeg(800, 600)).decode()])

    expect(page.locator("#photo-drop img")).to_be_visible()
    expect(page.locator("#photo-drop")).to_contain_text("blue_cup-large.jpg · 800 × 600 px")
    expect(page.locator("#id_name")).to_have_value("blue cup large")
    assert page.evaluate("document.getElementById('id_photo').files.length") == 1
    expect(page.locator(".sr-dropping")).to_be_hidden()


def test_the_number_that_a_camera_gave_is_no_name(page: Page, photos: dict[str, Path]) -> None:
    page.set_input_files("#id_photo", photos["IMG_0042.jpg"])

    expect(page.locator("#photo-drop img")).to_be_visible()
    expect(page.locator("#id_name")).to_have_value("")


def test_a_name_that_was_typed_stays(page: Page, photos: dict[str, Path]) -> None:
    page.fill("#id_name", "My cup")
    page.set_input_files("#id_photo", photos["red-bowl.jpg"])

    expect(page.locator("#photo-drop img")).to_be_visible()
    expect(page.locator("#id_name")).to_have_value("My cup")


def test_the_product_gets_the_photo_that_the_preview_showed(page: Page, photos: dict[str, Path]) -> None:
    page.set_input_files("#id_photo", photos["blue_cup-large.jpg"])
    choose_shape(page, "9:16")
    page.locator(".sr-start [name=colour]").fill("#ff5078")
    frame = page.locator("#photo-drop .sr-frame")
    expect(frame).to_have_css("background-color", "rgb(255, 80, 120)")
    box = frame.bounding_box()
    assert abs(box["width"] / box["height"] - 9 / 16) < 0.01

    page.fill("#id_description", "A cup.")
    page.click("text=Write three scenes")
    page.wait_for_url(re.compile(r"/product/\d+/$"))

    product = Product.objects.get()
    assert (product.name, product.shape) == ("blue cup large", "9:16")
    with product.photos.last().file.open("rb") as file, Image.open(file) as shaped:
        assert shaped.size == (800, 1422)
        assert shaped.getpixel((400, 20)) == pytest.approx((255, 80, 120), abs=5)
        assert shaped.getpixel((400, 711)) == pytest.approx((0, 0, 128), abs=5)
    expect(page.locator("#make")).to_contain_text("Make 3 videos")


def test_the_colour_behind_a_see_through_photo_can_be_chosen(page: Page, photos: dict[str, Path]) -> None:
    page.set_input_files("#id_photo", photos["red-bowl.jpg"])
    expect(page.locator("#photo-drop")).to_contain_text("600 × 800")
    expect(page.locator(".sr-start [name=colour]")).to_be_hidden()

    page.set_input_files("#id_photo", photos["clear.png"])

    expect(page.locator(".sr-start [name=colour]")).to_be_visible()


def test_the_place_of_the_crop_moves_with_the_keyboard(page: Page, photos: dict[str, Path]) -> None:
    page.set_input_files("#id_photo", photos["blue_cup-large.jpg"])
    choose_shape(page, "1:1")
    page.get_by_label("Crop, add nothing").check()

    page.get_by_label("Which part is kept").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")

    expect(page.locator("#photo-drop img")).to_have_css("object-position", "55% 55%")


def test_several_photos_become_several_products_and_what_is_wrong_stays_beside_its_row(
    page: Page, photos: dict[str, Path]
) -> None:
    chosen = [photos[name] for name in ("blue_cup-large.jpg", "red-bowl.jpg", "small.jpg")]
    page.set_input_files("#id_photo", chosen)
    expect(page.locator("#row-3")).to_contain_text("at least 300")
    expect(page.locator("#row-1 [name=name]")).to_have_value("blue cup large")
    page.fill("#row-2 [name=name]", "")
    page.fill("#row-2 [name=own_description]", "A red bowl.")

    page.click("text=Make 3 products")
    expect(page.locator("#row-1 .sr-error:visible")).to_contain_text("Write a description")
    expect(page.locator("#row-2 .sr-error:visible")).to_contain_text("Write a name")
    assert not Product.objects.exists()
    page.fill("#id_description", "Of stoneware.")
    page.fill("#row-2 [name=name]", "Bowl")
    page.click("text=Make 3 products")
    expect(page.locator("[data-tally]")).to_contain_text("2 of 3 products are made")
    page.click("#row-3 [data-leave-out]")

    expect(page.locator("[data-tally]")).to_contain_text("All 2 products are made")
    made = {product.name: product for product in Product.objects.all()}
    assert {name: product.description for name, product in made.items()} == {
        "blue cup large": "Of stoneware.",
        "Bowl": "A red bowl.",
    }
    assert {product.persona.name for product in made.values()} == {"Nord"}
    page.get_by_role("link", name="Bowl").click()
    expect(page.locator("#make")).to_contain_text("Make 3 videos")


def test_a_lost_connection_loses_nothing(page: Page, photos: dict[str, Path]) -> None:
    def cut(route: Route) -> None:
        route.abort("connectionfailed")

    page.set_input_files("#id_photo", photos["red-bowl.jpg"])
    page.fill("#id_description", "A bowl.")
    page.route("**/product/new/", cut)
    page.click("text=Write three scenes")
    expect(judgement(page)).to_contain_text("No connection; nothing is lost")

    page.unroute("**/product/new/", cut)
    page.click("text=Write three scenes")

    page.wait_for_url(re.compile(r"/product/\d+/$"))
    assert Product.objects.get().description == "A bowl."


def test_where_it_is_shown_can_be_changed_on_the_products_page(page: Page) -> None:
    scene = make_scene()
    page.goto(f"/admin/productvideo/product/{scene.product_id}/")

    page.click("text=Change where it is shown")
    page.locator(".sr-reshape [value='1:1']").check(force=True)
    page.click("text=Use this shape")

    expect(page.get_by_text("New takes start from this photo")).to_be_visible()
    expect(page.locator(".sr-facts")).to_contain_text("640 × 640 px")
    scene.refresh_from_db()
    assert scene.photo == Photo.objects.get(width=640, height=640)
