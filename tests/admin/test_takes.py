"""Takes on the product page: waiting in sentences, cards in progress, choosing, and what arrives out of band."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_account, make_complete_video, make_persona, make_product, make_scene, make_staff, make_video

from kling.connection import current_host
from productvideo import ledger, services
from productvideo.models import KlingAccount, ProductVideo, Scene, Submission
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff(username="anna"))
    return client


@pytest.fixture
def account() -> KlingAccount:
    return make_account(host=current_host().name, simulated=True)


def live(staff: Client, *videos: ProductVideo, stage: str = "") -> str:
    """Return what the page gets that shows these cards, in their own stage or in another one."""
    shown = ",".join(f"{video.pk}:{stage or video.stage}" for video in videos)
    url = reverse("admin:productvideo_product_live", args=[videos[0].product_id])
    return staff.get(url, {"cards": shown}, headers=HTMX).content.decode()


def do(staff: Client, deed: str, video: ProductVideo, **form: object) -> str:
    """Press a card's button with htmx."""
    url = reverse(f"admin:productvideo_video_{deed}", args=[video.pk])
    return staff.post(url, form, headers=HTMX).content.decode()


def change(video: ProductVideo, **columns: Any) -> ProductVideo:
    ProductVideo.objects.filter(pk=video.pk).update(**columns)
    video.refresh_from_db()
    return video


# Waiting, in sentences.


def test_the_place_in_line_is_told(staff: Client, account: KlingAccount) -> None:
    product = make_product()
    videos = [make_video(make_scene(product), account) for _ in range(3)]

    html = live(staff, *videos)

    assert "Waiting for a slot, next in line." in html
    assert "Waiting for a slot, 2nd in line." in html
    assert "Waiting for a slot, 3rd in line." in html


def test_a_paused_account_is_named_on_the_card(staff: Client, account: KlingAccount) -> None:
    video = make_video(account=account)
    KlingAccount.objects.update(pause_reason="The account's balance is used up.", paused_until=now())

    html = live(staff, video)

    assert "nothing is sent to Kling just now. The account&#x27;s balance is used up." in html


def test_a_video_of_other_keys_says_what_it_waits_for(staff: Client, account: KlingAccount) -> None:
    assert "Waiting for the keys of https://kling.test" in live(staff, make_video())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (80, "At Kling for 1 min 20 s, usually 1 to 5 min."),
        (42, "At Kling for 42 s, usually 1 to 5 min."),
        (400, "At Kling for 6 min 40 s, longer than usual, we keep looking."),
        (4000, "At Kling for 1 h 6 min, longer than usual"),
    ],
)
def test_how_long_it_takes_is_told_beside_what_is_usual(staff: Client, seconds: int, words: str) -> None:
    video = make_video(stage=Stage.RENDERING, task_id="t1")
    change(video, accepted_at=now() - timedelta(seconds=seconds))

    assert words in live(staff, video)


def test_what_is_usual_comes_from_our_own_history(staff: Client) -> None:
    for seconds in (62, 70, 80, 95, 110):
        change(make_complete_video(), accepted_at=now() - timedelta(seconds=seconds), rendered_at=now())
    video = change(make_video(stage=Stage.RENDERING, task_id="t1"), accepted_at=now() - timedelta(seconds=10))

    assert "At Kling for 10 s, usually 1 to 2 min." in live(staff, video)


def test_a_sending_that_lost_its_answer_says_that_nobody_is_charged_twice(staff: Client) -> None:
    video = change(make_video(stage=Stage.SUBMITTING), submitted_at=now())
    entry = ledger.record_sending(video)
    assert "Being sent to Kling." in live(staff, video)

    Submission.objects.filter(pk=entry.pk).update(answered_at=now())

    assert "answer got lost; making sure that it is not already being made" in live(staff, video)


def test_a_sending_whose_worker_died_counts_as_lost_too(staff: Client) -> None:
    video = change(make_video(stage=Stage.SUBMITTING), submitted_at=now() - timedelta(seconds=60))
    ledger.record_sending(video)

    assert "you cannot be charged twice" in live(staff, video)


def test_a_broken_download_counts_down_to_the_end_of_kling_s_copy(staff: Client) -> None:
    video = make_video(stage=Stage.STORING, task_id="t1")
    change(video, downloads=3, source_expires_at=now() + timedelta(days=29, hours=1))

    html = live(staff, video)

    assert "the download broke off 3 times and is tried again. Kling keeps its copy for another 29 days." in html


# Cards in progress.


def test_a_card_whose_stage_is_the_same_gets_a_new_sentence_and_nothing_else(staff: Client) -> None:
    video = make_video(stage=Stage.RENDERING, task_id="t1")

    html = live(staff, video)

    assert f'id="video-{video.pk}-now"' in html and "<article" not in html


def test_a_card_whose_stage_is_new_comes_whole_and_a_film_plays(staff: Client) -> None:
    video = make_complete_video()

    html = live(staff, video, stage=Stage.RENDERING)

    assert f'<article id="video-{video.pk}"' in html and 'hx-swap-oob="true"' in html
    assert " autoplay " in html and "data-live" not in html
    assert "Take 1 of “" in html and "is ready." in html


def test_cards_that_nobody_asked_for_are_left_alone(staff: Client) -> None:
    product = make_product()
    shown, other = make_video(make_scene(product)), make_video(make_scene(product))

    assert str(other.pk) not in live(staff, shown)


def test_a_card_of_a_deleted_video_goes_away(staff: Client) -> None:
    video = make_video()
    gone = ProductVideo(pk=uuid4(), product=video.product, stage=Stage.QUEUED)

    assert f'id="video-{gone.pk}" hx-swap-oob="delete"' in live(staff, video, gone)


def test_the_title_counts_the_newest_takes(staff: Client) -> None:
    product = make_product(name="Cup & saucer")
    first, second, _ = scenes = [make_scene(product) for _ in range(3)]
    make_video(first, stage=Stage.FAILED, due_at=None)
    make_complete_video(first)
    waiting = [make_video(scene) for scene in scenes[1:]]
    make_scene(product)

    assert "<title>(1 of 3 ready) Cup &amp; saucer | Stillreel</title>" in live(staff, *waiting)
    assert second.takes == 0


@pytest.mark.parametrize("cards", ["", "nonsense", "x:y,,:", "," * 500])
def test_a_page_that_asks_for_nonsense_gets_nothing(staff: Client, cards: str) -> None:
    product = make_product()

    response = staff.get(reverse("admin:productvideo_product_live", args=[product.pk]), {"cards": cards})

    assert response.status_code == 200
    assert b"video-" not in response.content


def test_asking_for_many_cards_asks_the_database_little(
    staff: Client, account: KlingAccount, django_assert_max_num_queries: Any
) -> None:
    product = make_product()
    videos = [make_video(make_scene(product), account) for _ in range(8)]
    videos += [make_video(make_scene(product), account, stage=Stage.RENDERING, task_id=f"t{at}") for at in range(8)]
    videos += [make_video(make_scene(product), account, stage=Stage.SUBMITTING) for _ in range(8)]
    live(staff, *videos)

    with django_assert_max_num_queries(12):
        live(staff, *videos)


# Choosing.


def test_a_finished_take_is_chosen_for_its_scene(staff: Client) -> None:
    scene = make_scene()
    first, second = make_complete_video(scene), make_complete_video(scene)

    do(staff, "choose", first)
    html = do(staff, "choose", second, instead_of=first.pk)

    scene.refresh_from_db()
    assert scene.chosen == second
    assert "★" in html and f'id="video-{first.pk}-choice"' in html and f'id="video-{second.pk}-choice"' in html


def test_a_colleague_s_choice_is_not_overwritten_unseen(staff: Client) -> None:
    scene = make_scene()
    mine, theirs = make_complete_video(scene), make_complete_video(scene)
    Scene.objects.update(chosen=theirs)

    html = do(staff, "choose", mine, instead_of="")

    scene.refresh_from_db()
    assert scene.chosen == theirs
    assert "Somebody chose take 2 meanwhile" in html and 'role="alert"' in html


def test_choosing_twice_is_one_choice(staff: Client) -> None:
    video = make_complete_video()

    assert "Chosen." in do(staff, "choose", video) and "Chosen." in do(staff, "choose", video)


def test_a_take_without_a_film_cannot_be_chosen(staff: Client) -> None:
    assert "Only a finished take can be chosen." in do(staff, "choose", make_video())


def test_choosing_works_without_a_script_too(staff: Client) -> None:
    video = make_complete_video()

    response = staff.post(reverse("admin:productvideo_video_choose", args=[video.pk]), follow=True)

    assert "Chosen." in response.content.decode()


# What the buttons answer.


def test_a_retake_puts_its_card_on_top_and_names_itself_as_seen(staff: Client) -> None:
    scene = make_scene(takes=1)
    video = make_complete_video(scene)
    form = {"seen": f"{scene.pk}:1:1", "units": "1.5", "practice": "yes"}

    html = do(staff, "retake", video, **form)

    taken = ProductVideo.objects.exclude(pk=video.pk).get()
    assert f'hx-swap-oob="afterbegin:#takes-{scene.pk}"' in html and f'<article id="video-{taken.pk}"' in html
    assert f'value="{scene.pk}:1:2"' in html
    assert "is on its way" in html


def test_a_second_click_on_retake_shows_what_the_first_bought(staff: Client) -> None:
    scene = make_scene(takes=1)
    video = make_complete_video(scene)
    form = {"seen": f"{scene.pk}:1:1", "units": "1.5", "practice": "yes"}
    do(staff, "retake", video, **form)

    html = do(staff, "retake", video, **form)

    assert ProductVideo.objects.count() == 2
    assert str(ProductVideo.objects.exclude(pk=video.pk).get().pk) in html


def test_a_cancelled_card_says_that_it_was_free_and_offers_to_make_it_again(staff: Client) -> None:
    video = make_video()

    html = do(staff, "cancel", video)

    assert "nothing was charged" in html and "Make it again · 1.5 units · $0.21 list price" in html
    assert f'<article id="video-{video.pk}"' in html and "hx-swap-oob" in html


def test_a_deleted_card_says_so_and_can_come_back(staff: Client) -> None:
    video = make_complete_video()

    html = do(staff, "remove", video)

    assert "Take 1 is in the bin for 30 days." in html and "Undo" in html
    undo = reverse("admin:productvideo_bin_take_out")
    again = staff.post(undo, {"video": video.pk}, headers={"HX-Request": "true"}).content.decode()
    assert f'<article id="video-{video.pk}" class="sr-card sr-filmed"' in again and "hx-swap-oob" in again


def test_a_card_that_a_colleague_has_put_into_the_bin_goes_away(staff: Client) -> None:
    video = make_video()
    services.put_into_bin(videos=[video])

    assert f'id="video-{video.pk}" hx-swap-oob="delete"' in live(staff, video)


@pytest.mark.parametrize(
    ("code", "there", "not_there"),
    [
        ("policy", "Edit the prompt", ""),
        ("kling_1201", "Edit the prompt", ""),
        ("kling_failed", "Retake · ", "Edit the prompt"),
        ("lost_at_kling", "Retake · ", "Edit the prompt"),
        ("kling_copy_gone", "Retake · ", "Edit the prompt"),
        ("cancelled", "Make it again · ", "Edit the prompt"),
    ],
)
def test_a_failed_card_has_the_button_that_helps(staff: Client, code: str, there: str, not_there: str) -> None:
    video = make_video(stage=Stage.FAILED, due_at=None, error_code=code, error_message="It went wrong.")

    html = live(staff, video, stage=Stage.RENDERING)

    assert there in html and (not not_there or not_there not in html)
    assert "Nothing was charged." in html


def test_takes_of_a_dropped_scene_offer_nothing_to_buy(staff: Client) -> None:
    scene = make_scene(dropped_at=now())
    video = make_complete_video(scene)

    html = live(staff, video, stage=Stage.RENDERING)

    assert "Retake" not in html and "Choose" not in html


def test_two_personas_wait_in_the_order_in_which_they_will_go(staff: Client, account: KlingAccount) -> None:
    busy, idle = make_persona(), make_persona()
    make_video(make_scene(make_product(busy)), account, stage=Stage.RENDERING, task_id="t1")
    early = make_video(make_scene(make_product(busy)), account)
    late = make_video(make_scene(make_product(idle)), account)

    assert "next in line" in live(staff, late)
    assert "2nd in line" in live(staff, early)


def test_a_film_that_was_paid_says_what_it_cost(staff: Client) -> None:
    video = make_complete_video(units_charged=Decimal("1.5"))

    assert "Kling charged 1.5 units." in live(staff, video, stage=Stage.STORING)
