"""What is shown before money is spent, and what comes of pressing the button that spends it."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from factories import make_account, make_complete_video, make_persona, make_product, make_scene, make_staff, make_video
from kling_host import Answer, KlingHost, kling_host, refusal, yes

from productvideo import accounts, services
from productvideo.models import KlingAccount, Product, ProductVideo, Scene
from productvideo.querysets import now
from productvideo.services import SeenScene

__all__ = ["kling_host"]
pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
LABEL = re.compile(r'id="make"[^>]*>([^<]*)<')


@pytest.fixture
def anna() -> User:
    return make_staff(username="anna")


@pytest.fixture
def staff(client: Client, anna: User) -> Client:
    client.force_login(anna)
    return client


@pytest.fixture
def product() -> Product:
    product = make_product(make_persona(name="Nord"))
    for title in ("Push-in", "Turn", "Macro"):
        make_scene(product, title=title, source=Scene.Source.OPENAI)
    return product


def seen_of(product: Product) -> list[str]:
    return [f"{scene.pk}:{scene.version}:{scene.takes}" for scene in product.scenes.all()]


def page(staff: Client, product: Product) -> str:
    return staff.get(reverse("admin:productvideo_product_page", args=[product.pk])).content.decode()


def form_of(product: Product, **changes: object) -> dict[str, object]:
    settings = {"model": "kling-v2-5-turbo", "mode": "std", "duration": "5", "practice": "yes", "units": "4.5"}
    return {"scene": seen_of(product), **settings, **changes}


def price(staff: Client, product: Product, **changes: object) -> str:
    url = reverse("admin:productvideo_product_price", args=[product.pk])
    return staff.get(url, form_of(product, **changes), headers=HTMX).content.decode()


def press(staff: Client, product: Product, **changes: object) -> str:
    """Press the button as htmx does, and return the answer."""
    url = reverse("admin:productvideo_product_approve", args=[product.pk])
    answer = staff.post(url, form_of(product, **changes), headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def label(html: str) -> str:
    found = LABEL.search(html)
    assert found, html
    return found[1]


# The price.


def test_the_button_names_what_it_makes_and_what_that_costs(staff: Client, product: Product) -> None:
    assert label(page(staff, product)) == "Make 3 videos · 4.5 units · $0.63 list price"


def test_the_price_of_each_video_stands_beside_the_total(staff: Client, product: Product) -> None:
    assert "1.5 units · $0.21 list price for each video." in page(staff, product)


@pytest.mark.parametrize(
    ("defaults", "words"),
    [
        (3, "Make 3 videos from default scenes · 4.5 units"),
        (2, "Make 3 videos, 2 from default scenes · 4.5 units"),
        (1, "Make 3 videos, 1 from a default scene · 4.5 units"),
    ],
)
def test_default_scenes_are_named_on_the_button(staff: Client, product: Product, defaults: int, words: str) -> None:
    for scene in product.scenes.all()[:defaults]:
        Scene.objects.filter(pk=scene.pk).update(source=Scene.Source.FALLBACK)

    assert words in label(price(staff, product))


def test_in_practice_the_price_says_that_nothing_is_charged(staff: Client, product: Product) -> None:
    assert "Nothing is charged; it is what Kling would take." in price(staff, product)


@pytest.mark.usefixtures("kling_host")
def test_with_real_keys_nothing_speaks_of_practice(staff: Client, product: Product) -> None:
    html = page(staff, product)

    assert "Nothing is charged" not in html and 'name="practice" value="no"' in html
    assert "[lost answer]" not in html


# What can be combined.


def box(html: str, name: str) -> str:
    """Return the tag of a box to tick, or "" where there is none."""
    found = re.search(rf'<input type="checkbox" id="id_{name}"[^>]*>', html)
    return found[0] if found else ""


def test_a_loop_can_be_chosen_where_the_model_allows_it_at_the_same_price(staff: Client, product: Product) -> None:
    without = price(staff, product, mode="pro")
    html = price(staff, product, mode="pro", loop="on")

    assert "checked" in box(html, "loop") and "disabled" not in box(html, "loop")
    assert label(html) == label(without) == "Make 3 videos · 7.5 units · $1.05 list price"


def test_where_a_loop_is_impossible_it_says_what_would_allow_it(staff: Client, product: Product) -> None:
    html = price(staff, product, mode="std", loop="on")

    assert "disabled" in box(html, "loop") and "checked" not in box(html, "loop")
    assert "only in Professional, 1080p" in html


def test_sound_and_loop_exclude_each_other_where_kling_says_so(staff: Client, product: Product) -> None:
    chosen = {"model": "kling-v2-6", "mode": "pro"}

    looping = price(staff, product, **chosen, loop="on")
    sounding = price(staff, product, **chosen, sound="on")
    both = price(staff, product, model="kling-v3", mode="pro", loop="on", sound="on")

    assert "disabled" in box(looping, "sound") and "not together with a loop" in looping
    assert "disabled" in box(sounding, "loop") and "silent clips only" in sounding
    assert "checked" in box(both, "sound") and "checked" in box(both, "loop")


def test_sound_names_the_mode_that_has_it(staff: Client, product: Product) -> None:
    html = price(staff, product, model="kling-v2-6", mode="std")

    assert "disabled" in box(html, "sound")
    assert box(price(staff, product), "sound") == ""


def test_an_approved_loop_is_a_loop(staff: Client, product: Product) -> None:
    press(staff, product, mode="pro", loop="on", units="7.5")

    assert [video.loop for video in ProductVideo.objects.all()] == [True] * 3


# Approving without leaving the page.


def test_an_approval_answers_with_new_cards_beside_their_scenes(staff: Client, product: Product) -> None:
    html = press(staff, product)

    assert "<html" not in html and "3 videos are on their way." in html
    for video in ProductVideo.objects.all():
        assert f'hx-swap-oob="afterbegin:#takes-{video.scene_id}"' in html and f'id="video-{video.pk}"' in html
        assert f'value="{video.scene_id}:1:1"' in html
    assert 'id="make" disabled' in html


def test_a_double_click_is_told_calmly_that_it_is_bought_already(staff: Client, product: Product) -> None:
    form = form_of(product)
    press(staff, product, **form)

    html = press(staff, product, **form)

    assert "You approved these just now; here they are." in html
    assert "sr-notice" in html and "sr-trouble" not in html.split("sr-choices")[0]
    assert ProductVideo.objects.count() == 3


def test_a_colleague_s_purchase_is_told_with_their_name_and_their_cards(staff: Client, product: Product) -> None:
    form = form_of(product)
    seen = [SeenScene.of(scene) for scene in product.scenes.all()]
    settings = make_video().settings
    bought = services.approve(product=product, scenes=seen, settings=settings, by=make_staff(username="mira"))
    ProductVideo.objects.update(created_at=now() - timedelta(seconds=40))

    html = press(staff, product, **form)

    assert "A colleague, mira, approved these 40 s ago; here they are." in html
    assert all(f'id="video-{video.pk}"' in html for video in bought)
    assert ProductVideo.objects.filter(product=product).count() == 3


def test_after_a_refusal_one_goes_on_from_what_is_there_now(staff: Client, product: Product) -> None:
    form = form_of(product)
    turn = product.scenes.get(title="Turn")
    services.save_scene(scene=turn, version=1, title="Turn", description="", prompt="Now.", by=make_staff())

    html = press(staff, product, **form)

    assert "“Turn” was edited by" in html and "\nNow.</textarea>" in html
    assert not ProductVideo.objects.exists()
    seen = re.findall(r'name="scene" value="(\S+)" checked', html)
    assert seen == [f"{turn.pk}:2:0"]
    press(staff, product, scene=[*seen, *(one for one in form["scene"] if not one.startswith(f"{turn.pk}:"))])  # type: ignore[attr-defined]
    assert ProductVideo.objects.filter(prompt="Now.").count() == 1
    assert ProductVideo.objects.count() == 3


def test_a_price_that_changed_buys_nothing_and_shows_the_new_one(staff: Client, product: Product) -> None:
    html = press(staff, product, units="3")

    assert "The price is 4.5 units now, not 3" in html
    assert label(html) == "Make 3 videos · 4.5 units · $0.63 list price"
    assert not ProductVideo.objects.exists()


@pytest.mark.usefixtures("kling_host")
def test_a_page_from_practice_spends_no_money(staff: Client, product: Product) -> None:
    html = press(staff, product, practice="yes")

    assert "from now on videos cost money" in html and 'name="practice" value="no"' in html
    assert not ProductVideo.objects.exists()


def test_an_impossible_wish_is_answered_in_a_sentence(staff: Client, product: Product) -> None:
    assert "silent clips only" in press(staff, product, sound="on")


# What is left.


def packs(remaining: str, **others: str) -> Answer:
    """Return what Kling says of its packs: of one with so many units left, and of others by their names."""
    told = [
        {"resource_pack_name": name, "resource_pack_id": name, "resource_pack_type": "decreasing_total"}
        | {"total_quantity": "100", "remaining_quantity": left, "status": "online"}
        | {"purchase_time": 1, "effective_time": 1, "invalid_time": 9999999999999}
        for name, left in {"Pack": remaining, **others}.items()
    ]
    return yes({"code": 0, "msg": "success", "resource_pack_subscribe_infos": told})


def ask(staff: Client, product: Product) -> str:
    url = reverse("admin:productvideo_product_credit", args=[product.pk])
    return staff.post(url, form_of(product), headers=HTMX).content.decode()


def test_what_is_left_of_the_pack_is_asked_for_beside_the_page_and_shown_with_its_age(
    staff: Client, product: Product, kling_host: KlingHost
) -> None:
    before = page(staff, product)
    kling_host.next_reads.append(packs("95.5"))
    asked = ask(staff, product)
    KlingAccount.objects.update(checked_at=now() - timedelta(minutes=3))
    later = page(staff, product)

    assert 'hx-trigger="load"' in before and "asking how many units are left" in before
    assert "Kling: 95.5 units left · as of just now" in asked
    assert "Kling: 95.5 units left · as of 3 min ago; Kling&#x27;s figure can be up to 12 h late" in later
    assert 'hx-trigger="load"' not in later
    assert kling_host.reads == ["costs"]


def test_an_old_figure_is_asked_for_anew_once_a_minute_for_all_who_look(
    staff: Client, product: Product, kling_host: KlingHost
) -> None:
    for _ in range(3):
        ask(staff, product)
    KlingAccount.objects.update(checked_at=now() - timedelta(hours=1), units_asked_at=now() - timedelta(minutes=2))
    ask(staff, product)

    assert kling_host.reads == ["costs"] * 2


def test_a_total_above_what_is_left_is_warned_of(staff: Client, product: Product, kling_host: KlingHost) -> None:
    kling_host.next_reads.append(packs("5"))
    enough = ask(staff, product)
    make_video(account=accounts.current_account(), units_estimated=Decimal(3))
    warned = page(staff, product)

    assert "This needs" not in enough
    assert "This needs 4.5 units besides the 3 units of videos on their way, with 5 units left." in warned


def test_packs_for_pictures_count_for_no_video(staff: Client, product: Product, kling_host: KlingHost) -> None:
    kling_host.next_reads.append(packs("4", **{"Trial-Image-100Units-9Con-1Months": "60"}))

    asked = ask(staff, product)

    assert "Kling: 4 units left" in asked
    assert "This needs 4.5 units, with 4 units left." in asked


def test_keys_that_kling_refuses_are_said_before_anything_is_pressed(
    staff: Client, product: Product, kling_host: KlingHost
) -> None:
    kling_host.next_reads.append(refusal(401, 1002))

    assert "KLING_API_KEY" in ask(staff, product)


def test_a_refusal_ends_the_trust_in_keys_that_were_accepted_once(
    staff: Client, product: Product, kling_host: KlingHost
) -> None:
    ask(staff, product)
    KlingAccount.objects.update(units_asked_at=None)
    kling_host.next_reads.extend([refusal(401, 1002)] * 2)

    ask(staff, product)

    assert "KLING_API_KEY" in press(staff, product, practice="no")
    assert not ProductVideo.objects.exists()


def test_the_figure_of_other_keys_is_not_shown(
    staff: Client, product: Product, kling_host: KlingHost, settings: object
) -> None:
    kling_host.next_reads.append(packs("95.5"))
    ask(staff, product)
    settings.KLING_API_SECRET = "b" * 32  # type: ignore[attr-defined]

    assert "95.5" not in page(staff, product)


def test_looking_asks_nobody(staff: Client, product: Product, kling_host: KlingHost) -> None:
    make_account()
    page(staff, product)
    price(staff, product)

    assert kling_host.reads == []
    assert staff.get(reverse("admin:productvideo_product_credit", args=[product.pk])).status_code == 405


def test_without_a_running_sandbox_the_page_says_that_it_does_not_know(staff: Client, product: Product) -> None:
    assert "Practice pack: it is not known how many units are left" in ask(staff, product)


def test_a_persona_s_month_is_shown_if_it_has_a_limit(staff: Client, product: Product) -> None:
    unlimited = page(staff, product)
    type(product.persona).objects.update(monthly_units=Decimal(50))
    make_video(product.scenes.first(), make_account(host="sandbox", simulated=True), units_estimated=Decimal(38))

    limited = page(staff, product)

    assert "used this month" not in unlimited
    assert "Persona: 38 of 50 units used this month (76 %)" in limited


def test_more_than_the_persona_may_spend_is_said_before_the_click(staff: Client, product: Product) -> None:
    type(product.persona).objects.update(monthly_units=Decimal(3))

    html = price(staff, product)

    assert "Nord has 3 of 3 units left this month; this costs 4.5." in html
    assert 'id="make" aria-describedby="month-warning"' in html
    assert press(staff, product).count("Nord has 3 of 3 units left this month; this costs 4.5.") == 1
    assert not ProductVideo.objects.exists()


def test_from_80_percent_on_the_price_comes_with_a_warning(staff: Client, product: Product) -> None:
    type(product.persona).objects.update(monthly_units=Decimal(5))

    three = price(staff, product)
    two = price(staff, product, scene=seen_of(product)[:2])

    assert "This brings Nord to 4.5 of 5 units for this month (90 %)." in three
    assert "This brings" not in two


def test_the_month_is_brought_up_to_date_while_the_page_is_open(staff: Client, product: Product) -> None:
    type(product.persona).objects.update(monthly_units=Decimal(10))
    make_video(product.scenes.first(), make_account(host="sandbox", simulated=True))

    html = ask(staff, product)

    assert 'id="month" hx-swap-oob="true"' in html
    assert "Persona: 1.5 of 10 units used this month (15 %)" in html


@pytest.mark.parametrize("path", ["price", "credit", "approve"])
def test_strangers_are_told_nothing_and_buy_nothing(client: Client, product: Product, path: str) -> None:
    answer = client.post(reverse(f"admin:productvideo_product_{path}", args=[product.pk]), form_of(product))

    assert answer.status_code == 302 and "/admin/login/" in answer.url
    assert not ProductVideo.objects.exists()


# Retakes tell the same.


def test_a_retake_of_edited_words_shows_them_and_buys_nothing(staff: Client, product: Product) -> None:
    video = make_complete_video(product.scenes.get(title="Turn"))
    form = {"seen": f"{video.scene_id}:1:0", "units": "1.5", "practice": "yes"}
    Scene.objects.filter(pk=video.scene_id).update(prompt="Now.", version=2)

    answer = staff.post(reverse("admin:productvideo_video_retake", args=[video.pk]), form, headers=HTMX)

    html = answer.content.decode()
    assert "“Turn” was edited." in html and "\nNow.</textarea>" in html and f'value="{video.scene_id}:2:0"' in html
    assert ProductVideo.objects.count() == 1


def test_a_second_click_on_retake_is_told_calmly(staff: Client, product: Product) -> None:
    video = make_complete_video(product.scenes.get(title="Turn"))
    form = {"seen": f"{video.scene_id}:1:0", "units": "1.5", "practice": "yes"}
    url = reverse("admin:productvideo_video_retake", args=[video.pk])

    staff.post(url, form, headers=HTMX)
    html = staff.post(url, form, headers=HTMX).content.decode()

    assert "You approved “Turn” just now; here it is." in html and "sr-trouble" not in html
    assert ProductVideo.objects.count() == 2
