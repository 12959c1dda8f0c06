"""Makes the pictures in `docs/img/` from a first start of a clone: every page in light, dark and phone size.

Usage: make screenshots
"""

import io
import sys
import tempfile
import uuid
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from chromium import chromium  # noqa: E402
from clones import Clone, wait_for  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, StorageState  # noqa: E402

PICTURES = ROOT / "docs" / "img"
FILMS = "SELECT count(*) FROM productvideo_productvideo WHERE stage = 'complete'"
COLOURS = 128  # enough for these pages, and a quarter of the bytes
LOOKS: dict[str, dict[str, object]] = {
    "light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}
# What a first start shows, and what there is with a month of work.
FIRST_DAY = {
    "product-page": "/admin/productvideo/product/1/",
    "new-product": "/admin/productvideo/product/new/",
    "products": "/admin/productvideo/product/",
    "videos": "/admin/productvideo/productvideo/",
    "ledger": "/admin/productvideo/submission/",
    "personas": "/admin/personas/persona/",
}
SECOND_DAY = {
    "home": "/admin/",
    "library": "/admin/productvideo/productvideo/library/",
    "figures": "/admin/productvideo/product/figures/",
    "persona": "/admin/personas/persona/2/change/",
    "invite": "/admin/people/invite/",
}


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        clone = Clone(Path(folder) / "clone")
        try:
            clone.start()
            link = clone.wait_until_ready()
            wait_for(lambda: clone.ask(sql=FILMS) == [(3,)], seconds=240, what=lambda: clone.output)
            signed_in = sign_in(browser, clone, link)
            [(video,)] = clone.ask(sql="SELECT id FROM productvideo_productvideo ORDER BY created_at LIMIT 1")
            one_take = f"/admin/productvideo/product/videos/{uuid.UUID(video)}/take/"
            take_pictures(browser, clone, FIRST_DAY | {"one-take": one_take}, signed_in)
            clone.run("manage.py", "seed_demo", "--videos", "120").check_returncode()
            take_pictures(browser, clone, SECOND_DAY, signed_in)
        finally:
            clone.stop()


def sign_in(browser: Browser, clone: Clone, link: str) -> StorageState:
    first = browser.new_context(base_url=clone.address)
    first.new_page().goto(link)
    return first.storage_state()


def take_pictures(browser: Browser, clone: Clone, pages: dict[str, str], signed_in: StorageState) -> None:
    for look, options in LOOKS.items():
        context = browser.new_context(base_url=clone.address, storage_state=signed_in, **options)
        for name, address in pages.items():
            page = context.new_page()
            page.goto(address)
            keep(page, f"{name}-{look}.png")
            page.close()
        stranger = browser.new_context(base_url=clone.address, **options).new_page()
        stranger.goto("/admin/login/")
        keep(stranger, f"sign-in-{look}.png")


def keep(page: Page, name: str) -> None:
    """Store what is seen, in few colours."""
    page.wait_for_timeout(1500)  # fonts, posters, and the first pictures of the films
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURES / name, optimize=True)
    sys.stdout.write(f"docs/img/{name}\n")


if __name__ == "__main__":
    main()
