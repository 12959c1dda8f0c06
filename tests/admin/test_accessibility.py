"""axe finds nothing serious on any page, in light, dark and on a phone."""

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from factories import (
    make_account,
    make_complete_video,
    make_person,
    make_persona,
    make_product,
    make_scene,
    make_staff,
    make_video,
)
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer
from visitors import browser

from productvideo import services
from productvideo.models import Product, ProductVideo
from productvideo.roles import Role
from productvideo.states import Stage

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}
ALONE = [
    "/admin/login/",
    "/admin/productvideo/product/new/",
    "/admin/productvideo/product/",
    "/admin/productvideo/productvideo/",
    "/admin/productvideo/productvideo/library/",
    "/admin/productvideo/productvideo/library/?q=nothing+of+this&kind=real",
    "/admin/productvideo/productvideo/bin/",
    "/admin/productvideo/share/",
    "/admin/productvideo/submission/",
    "/admin/productvideo/klingaccount/",
    "/admin/productvideo/writing/",
    "/admin/personas/persona/",
    "/admin/personas/persona/add/",
    "/admin/people/",
    "/admin/people/invite/",
    "/admin/productvideo/auditentry/",
    "/password/forgotten/",
    "/password/forgotten/sent/",
]


def as_a_viewer_sees_them(product: Product) -> list[str]:
    """Return the pages that look otherwise to who may only watch; the last one is refused."""
    return [
        f"/admin/productvideo/product/{product.pk}/",
        f"/admin/personas/persona/{product.persona_id}/change/",
        "/admin/people/",
    ]


def one_of_each() -> list[str]:
    """Make a product whose takes are in every place a video can be; return the pages that show them."""
    product, account = make_product(make_persona(monthly_units=10)), make_account(host="sandbox", simulated=True)
    scenes = [make_scene(product) for _ in range(3)]
    account.pause("The Kling account has no units left.", ends_on_read=False)
    film = make_complete_video(scenes[0], account=account)
    make_complete_video(scenes[0], account=account, model_name="kling-v2-master")
    make_video(scenes[0], account, stage=Stage.FAILED, due_at=None, error_code="policy", error_message="Refused.")
    for scene, stage in zip(scenes, (Stage.QUEUED, Stage.RENDERING, Stage.STORING), strict=True):
        make_video(scene, account, stage=stage, task_id=f"task {stage}", attention="Look at this.")
    too_dear = make_scene(make_product(make_persona(monthly_units=1)))
    for limit in ("1.8", "1.5"):  # near its limit, and used up
        make_video(make_scene(make_product(make_persona(monthly_units=Decimal(limit)))), account)
    share = services.share_video(video=film)
    binned = make_complete_video(scenes[1], account=account)
    services.put_into_bin(videos=[binned])
    return [
        f"/admin/productvideo/product/{product.pk}/",
        f"/admin/productvideo/product/{too_dear.product_id}/",
        f"/admin/productvideo/product/videos/{film.pk}/take/",
        f"/admin/productvideo/product/videos/{binned.pk}/take/",
        f"/admin/productvideo/share/video/{film.pk}/",
        f"/admin/productvideo/share/{share.pk}/change/",
        f"/admin/productvideo/productvideo/{film.pk}/delete/",
        f"/admin/productvideo/productvideo/{ProductVideo.objects.earliest('created_at').pk}/change/",
        f"/admin/personas/persona/{product.persona_id}/change/",
        f"/admin/people/{make_person(Role.EDITOR, product.persona).pk}/",
    ]


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_serious_stands_in_anybody_s_way(browser: Browser, live_server: LiveServer, look: str) -> None:
    make_staff(username="anna", is_superuser=True)
    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce", **LOOKS[look])
    found, too_wide = walk(context.new_page(), [*ALONE, *one_of_each()], name="anna")
    context.close()

    assert found == []
    assert too_wide == []


@pytest.mark.parametrize("look", LOOKS)
def test_nor_in_a_viewer_s(browser: Browser, live_server: LiveServer, look: str) -> None:
    one_of_each()
    product = Product.objects.earliest("pk")
    viewer = make_person(Role.VIEWER, product.persona)
    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce", **LOOKS[look])
    found, too_wide = walk(
        context.new_page(), ["/admin/login/", *as_a_viewer_sees_them(product)], name=viewer.username
    )
    context.close()

    assert found == []
    assert too_wide == []


def walk(page: Page, pages: list[str], *, name: str) -> tuple[list[str], list[str]]:
    """Look at each page, the first of which is where one signs in; return what is wrong with which."""
    found, too_wide = [], []
    for address in pages:
        page.goto(address)
        found += [
            f"{address}: {violation['id']} {violation['nodes'][0]['html'][:200]}"
            for violation in Axe().run(page).response["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            too_wide.append(address)
        if address == "/admin/login/":
            page.fill("#id_username", name)
            page.fill("#id_password", "secret")
            page.press("#id_password", "Enter")
            page.wait_for_load_state()
    return found, too_wide
