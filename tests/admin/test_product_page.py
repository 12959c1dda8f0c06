"""The page of a product: editing words, seeing the price, approving, and what the cards say and do."""

import re
from decimal import Decimal

import pytest
import responses
from django.test import Client
from django.urls import reverse
from factories import make_account, make_complete_video, make_product, make_scene, make_staff, make_video

from productvideo.models import Product, ProductVideo, Scene
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff(username="anna"))
    return client


@pytest.fixture
def product() -> Product:
    product = make_product(name="Espresso cup")
    for position, title in enumerate(("Push-in", "Turn", "Macro"), start=1):
        make_scene(product, position=position, title=title)
    return product


def page_of(product: Product) -> str:
    return reverse("admin:productvideo_product_page", args=[product.pk])


def approval(product: Product, **changes: object) -> dict[str, object]:
    """Return what the page's form sends when nothing was touched."""
    seen = [f"{scene.pk}:{scene.version}:{scene.takes}" for scene in product.scenes.all()]
    units = Decimal("1.5") * len(seen)
    return {"scene": seen, "model": "kling-v2-5-turbo", "mode": "std", "duration": "5", "units": str(units)} | changes


def approve(staff: Client, product: Product, form: dict[str, object]):
    return staff.post(reverse("admin:productvideo_product_approve", args=[product.pk]), form)


def save(staff: Client, edited: Scene, headers: dict[str, str] | None = None, **words: object):
    form = {"title": edited.title, "description": edited.description, "prompt": edited.prompt}
    form |= {"version": edited.version, "takes": edited.takes}
    url = reverse("admin:productvideo_scene_save", args=[edited.product_id, edited.pk])
    return staff.post(url, form | words, headers=headers or {})


# The page.


def test_the_page_shows_the_scenes_and_one_button_with_the_price(staff: Client, product: Product) -> None:
    html = staff.get(page_of(product)).content.decode()

    assert all(scene.prompt in html for scene in product.scenes.all())
    assert html.count("Make 3 videos from default scenes · 4.5 units · $0.63 list price") == 1


def test_looking_at_the_page_writes_nothing(staff: Client, product: Product, django_assert_max_num_queries) -> None:
    make_complete_video(product.scenes.first())
    staff.get(page_of(product))  # the first request may write the session

    with django_assert_max_num_queries(17) as asked:
        staff.get(page_of(product))

    assert all(query["sql"].lstrip("(").startswith("SELECT") for query in asked.captured_queries)


def test_default_scenes_are_announced_with_the_reason(staff: Client, product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(scenes_source="fallback", scenes_detail="OpenAI did not answer.")

    html = staff.get(page_of(product)).content.decode()

    assert "These are default scenes." in html and "OpenAI did not answer." in html


def test_a_product_whose_scenes_were_never_written_offers_to_write_them(staff: Client) -> None:
    product = make_scene().product
    product.scenes.all().delete()
    url = reverse("admin:productvideo_product_write", args=[product.pk])

    offered = url in staff.get(page_of(product)).content.decode()
    staff.post(url)
    staff.post(url)

    assert offered
    assert product.scenes.count() == 3


def test_the_bare_address_leads_home(staff: Client) -> None:
    assert staff.get("/").url == reverse("admin:index")


def test_the_stock_forms_lead_to_our_pages(staff: Client, product: Product) -> None:
    change = staff.get(reverse("admin:productvideo_product_change", args=[product.pk]))
    add = staff.get(reverse("admin:productvideo_product_add"))

    assert change.url == page_of(product)
    assert add.url == reverse("admin:productvideo_product_new")


# Who may.


@pytest.mark.parametrize("staff_kind", [None, {"is_staff": False}, {"is_active": False}])
def test_strangers_are_sent_to_sign_in_and_change_nothing(
    client: Client, product: Product, staff_kind: dict[str, bool] | None
) -> None:
    if staff_kind is not None:
        client.force_login(make_staff(**staff_kind))
    scene = product.scenes.first()

    answers = [
        client.get("/admin/"),
        client.get(page_of(product)),
        client.get(reverse("admin:productvideo_product_new")),
        approve(client, product, approval(product)),
        save(client, scene, title="Mine"),
    ]

    assert all(answer.status_code == 302 and "/admin/login/" in answer.url for answer in answers)
    assert ProductVideo.objects.count() == 0
    assert not Scene.objects.filter(title="Mine").exists()


def test_a_card_whose_session_has_ended_makes_the_whole_page_sign_in(client: Client) -> None:
    video = make_video()

    response = client.get(reverse("admin:productvideo_product_live", args=[video.product_id]), headers=HTMX)

    assert (response["HX-Refresh"], response.content) == ("true", b"")


def test_nothing_is_bought_without_the_page_s_own_token(product: Product) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_staff())

    assert approve(strict, product, approval(product)).status_code == 403


# Words.


def test_words_are_saved_and_what_was_seen_moves_on_with_them(staff: Client, product: Product) -> None:
    scene = product.scenes.first()

    html = save(staff, scene, HTMX, prompt="Pan left.", scene="chosen").content.decode()

    scene.refresh_from_db()
    assert (scene.prompt, scene.version, scene.source) == ("Pan left.", 2, Scene.Source.PERSON)
    assert ">Saved<" in html and f'data-seen="{scene.pk}:2:0"' in html
    assert "<html" not in html


def test_words_are_saved_without_a_script_too(staff: Client, product: Product) -> None:
    response = save(staff, product.scenes.first(), title="Better")

    assert response.url == page_of(product)
    assert product.scenes.filter(title="Better").exists()


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_of_two_editors_the_second_sees_both_texts_and_overwrites_nothing(
    staff: Client, product: Product, headers: dict[str, str]
) -> None:
    scene = product.scenes.first()
    Scene.objects.filter(pk=scene.pk).update(prompt="Theirs.", version=2)

    html = save(staff, scene, headers, prompt="Mine.").content.decode()

    assert "nothing was overwritten" in html
    assert "Theirs." in html and "\nMine.</textarea>" in html
    assert Scene.objects.get(pk=scene.pk).prompt == "Theirs."


def test_a_conflict_can_be_settled_by_saving_again(staff: Client, product: Product) -> None:
    scene = product.scenes.first()
    Scene.objects.filter(pk=scene.pk).update(prompt="Theirs.", version=2)
    html = save(staff, scene, HTMX, prompt="Mine.").content.decode()

    newer = re.search(r'name="over" value="(\d+)"', html)
    assert newer
    save(staff, scene, HTMX, prompt="Mine.", over=newer[1])

    assert Scene.objects.get(pk=scene.pk).prompt == "Mine."


def test_words_that_cannot_be_taken_stay_in_the_field_with_the_reason(staff: Client, product: Product) -> None:
    scene = product.scenes.first()

    html = save(staff, scene, prompt="", description="Kept text.").content.decode()

    assert "Write a prompt for the scene." in html and "Kept text." in html
    assert Scene.objects.get(pk=scene.pk).version == 1


def test_saving_words_does_not_claim_to_have_seen_a_colleague_s_take(staff: Client, product: Product) -> None:
    scene = product.scenes.first()
    Scene.objects.filter(pk=scene.pk).update(takes=1)

    html = save(staff, scene, HTMX, prompt="Pan left.", takes=0).content.decode()

    assert f'data-seen="{scene.pk}:2:0"' in html


# Prices.


def price(staff: Client, product: Product, **query: object) -> str:
    url = reverse("admin:productvideo_product_price", args=[product.pk])
    return staff.get(url, query, headers=HTMX).content.decode()


def test_the_price_follows_the_choice(staff: Client, product: Product) -> None:
    seen = [f"{scene.pk}:1:0" for scene in product.scenes.all()[:2]]

    html = price(staff, product, scene=seen, model="kling-v3", mode="pro", duration="7")

    assert "Make 2 videos from default scenes · 11.2 units · $1.57 list price" in html
    assert 'name="units" value="11.2"' in html


def test_what_a_model_cannot_do_is_not_offered(staff: Client, product: Product) -> None:
    turbo = price(staff, product, scene="1:1:0", model="kling-v2-5-turbo", mode="4k", duration="15", sound="on")
    newest = price(staff, product, scene="1:1:0", model="kling-v3", mode="4k", duration="15", sound="on")

    assert 'value="4k"' not in turbo and 'value="15"' not in turbo and "id_sound" not in turbo
    assert 'value="4k" selected' in newest and 'value="15" selected' in newest and "checked" in newest


def test_a_model_that_always_sounds_shows_so_and_is_bought_so(staff: Client, product: Product) -> None:
    scene = product.scenes.first()
    html = price(staff, product, scene=f"{scene.pk}:1:0", model="kling-3.0-turbo", mode="pro", duration="4")

    form = approval(product, scene=f"{scene.pk}:1:0", model="kling-3.0-turbo", mode="pro", duration="4", units="4")
    approve(staff, product, form)

    assert re.search(r'id="id_sound"[^>]* disabled checked> <span>With sound <small>always with sound</small>', html)
    assert "id_loop" not in html
    video = ProductVideo.objects.get()
    assert (video.sound, video.units_estimated) == (True, Decimal(4))


def test_an_ended_model_in_an_old_link_becomes_its_successor(staff: Client, product: Product) -> None:
    html = price(staff, product, model="kling-v1-6", mode="std", duration="x")

    assert 'value="kling-v2-5-turbo" selected' in html


def test_without_a_chosen_scene_there_is_nothing_to_press(staff: Client, product: Product) -> None:
    assert re.search(r'id="make" disabled', price(staff, product, model="kling-v2-6"))


def test_without_a_script_the_page_itself_shows_the_price(staff: Client, product: Product) -> None:
    scene = product.scenes.first()
    query = {"scene": f"{scene.pk}:1:0", "model": "kling-v2-6", "mode": "pro", "duration": "10", "sound": "on"}

    html = staff.get(page_of(product), query).content.decode()

    assert "Make 1 video from a default scene · 10 units · $1.40" in html


# Approving.


def test_approving_makes_a_video_of_each_chosen_scene(staff: Client, product: Product) -> None:
    response = approve(staff, product, approval(product))

    assert response.url == page_of(product)
    videos = ProductVideo.objects.filter(product=product)
    assert {video.title for video in videos} == {"Push-in", "Turn", "Macro"}
    assert {(video.stage, video.approved_by.username, video.units_estimated) for video in videos} == {
        (Stage.QUEUED, "anna", Decimal("1.5"))
    }
    html = staff.get(page_of(product)).content.decode()
    assert "3 videos are on their way" in html and html.count("Waiting for a slot") == 3


def test_a_double_click_buys_once(staff: Client, product: Product) -> None:
    form = approval(product)

    first, second = approve(staff, product, form), approve(staff, product, form)

    assert (first.status_code, second.status_code) == (302, 409)
    assert "You approved these just now; here they are." in second.content.decode()
    assert "Nothing was bought" in second.content.decode()
    assert not re.search(r'name="scene" value="\S+" checked', second.content.decode())
    assert ProductVideo.objects.count() == 3


def test_loading_the_address_of_a_refusal_again_leads_to_the_page(staff: Client, product: Product) -> None:
    scene = product.scenes.first()

    for name, ids in (("product_approve", [product.pk]), ("scene_save", [product.pk, scene.pk])):
        assert staff.get(reverse(f"admin:productvideo_{name}", args=ids)).url == page_of(product)


def test_an_edit_by_a_colleague_stops_the_purchase_and_is_named(staff: Client, product: Product) -> None:
    form = approval(product)
    Scene.objects.filter(product=product, title="Turn").update(version=2)

    response = approve(staff, product, form)

    assert response.status_code == 409
    assert "“Turn” was edited." in response.content.decode()
    assert ProductVideo.objects.count() == 0


def test_a_price_that_changed_buys_nothing(staff: Client, product: Product) -> None:
    response = approve(staff, product, approval(product, units="3"))

    assert response.status_code == 409
    assert "The price is 4.5 units now, not 3" in response.content.decode()
    assert ProductVideo.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mode": "4k"}, "has no mode"),
        ({"duration": "7"}, "makes no clips of 7 seconds"),
        ({"sound": "on"}, "silent clips only"),
        ({"model": "kling-v1-6"}, "Kling ended kling-v1-6"),
        ({"model": "sora"}, "There is no model"),
        ({"model": "kling-3.0-turbo", "loop": "on"}, "takes no end frame"),
        ({"model": "kling-3.0-turbo", "mode": "4k"}, "has no mode"),
        ({"model": "kling-video-o1", "duration": "7"}, "no clips of 7 seconds without an end frame"),
        ({"model": "kling-o1", "sound": "on"}, "silent clips only"),
        ({"model": "kling-3.0-omni", "duration": "16"}, "makes 3 to 15 seconds"),
        ({"duration": "long"}, "Choose a mode and a length."),
        ({"units": ""}, "The page is out of date"),
        ({"units": "NaN"}, "nothing was bought"),
        ({"scene": "everything"}, "The page is out of date"),
        ({"scene": []}, "Choose at least one scene"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_sentence(
    staff: Client, product: Product, changes: dict[str, object], sentence: str
) -> None:
    response = approve(staff, product, approval(product, **changes))

    assert response.status_code == 409
    assert sentence in response.content.decode()
    assert ProductVideo.objects.count() == 0


def test_a_refused_approval_keeps_what_was_chosen(staff: Client, product: Product) -> None:
    turn = product.scenes.get(title="Turn")
    form = approval(product, scene=f"{turn.pk}:1:0", model="kling-v3", mode="pro", duration="9", units="1")

    html = approve(staff, product, form).content.decode()

    assert 'value="kling-v3" selected' in html and 'value="9" selected' in html
    assert re.findall(r'name="scene" value="(\S+)" checked', html) == [f"{turn.pk}:1:0"]


@responses.activate
def test_keys_that_kling_refuses_stop_the_purchase_with_what_to_mend(
    staff: Client, product: Product, settings
) -> None:
    settings.PRACTICE_MODE, settings.KLING_API_KEY, settings.KLING_API_SECRET = False, "a" * 32, "s" * 32
    settings.KLING_API_BASE_URL = "https://kling.test"
    refusal = {"code": 1002, "message": "Auth failed", "request_id": "r"}
    responses.get("https://kling.test/account/costs", json=refusal, status=401)

    html = approve(staff, product, approval(product)).content.decode()

    assert "Kling does not know the keys." in html and "KLING_API_KEY" in html
    assert ProductVideo.objects.count() == 0


# Cards.


def card(staff: Client, video: ProductVideo) -> str:
    """Return the card that comes to a page which shows this video in another stage."""
    url = reverse("admin:productvideo_product_live", args=[video.product_id])
    return staff.get(url, {"cards": f"{video.pk}:as it was"}, headers=HTMX).content.decode()


def failed_video(**columns: object) -> ProductVideo:
    video = make_video()
    failed = {"stage": Stage.FAILED, "due_at": None, "error_message": "Kling found no product in the photo."}
    ProductVideo.objects.filter(pk=video.pk).update(**failed | columns)
    video.refresh_from_db()
    return video


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (Stage.QUEUED, "Waiting for the keys of https://kling.test"),
        (Stage.SUBMITTING, "Being sent to Kling."),
        (Stage.RENDERING, "usually 1 to 5 min."),
        (Stage.STORING, "Saving: the film is ready"),
    ],
)
def test_a_card_in_progress_says_where_it_is_and_asks_for_itself(staff: Client, stage: Stage, words: str) -> None:
    video = make_video(stage=stage, task_id="t1", attention="Something is strange.")

    html = card(staff, video)

    assert words in html and "Something is strange." in html
    assert f'data-live="{stage}"' in html and "<video" not in html


def test_a_card_becomes_a_player_that_asks_no_more(staff: Client) -> None:
    video = make_complete_video()

    html = card(staff, video)

    assert re.search(r"<video[^>]* controls muted loop playsinline autoplay", html)
    assert f'src="{video.url}"' in html and f'poster="{video.thumbnail_url}"' in html
    assert f'href="{video.url}?download=1"' in html
    assert "data-live" not in html


def test_of_a_scene_s_films_only_the_newest_starts_by_itself(staff: Client) -> None:
    scene = make_scene()
    make_complete_video(scene)
    newest = make_complete_video(scene)

    html = staff.get(page_of(scene.product)).content.decode()

    assert html.count(" autoplay ") == 1
    assert html.index(str(newest.pk)) < html.index(" autoplay ")


def test_a_failed_card_says_what_happened_what_it_cost_and_what_a_retake_costs(staff: Client) -> None:
    html = card(staff, failed_video())

    assert "Kling found no product in the photo." in html
    assert "Nothing was charged." in html
    assert "Retake · 1.5 units · $0.21 list price" in html


def test_a_failed_card_that_was_charged_says_so(staff: Client) -> None:
    assert "Kling charged 1.5 units." in card(staff, failed_video(units_charged=Decimal("1.5000"), task_id="t9"))


def test_a_video_of_an_ended_model_offers_no_retake(staff: Client) -> None:
    assert "Retake" not in card(staff, failed_video(model_name="kling-v1-6"))


def test_practice_videos_keep_their_mark(staff: Client) -> None:
    video = make_video(account=make_account(host="sandbox", simulated=True))

    assert "Practice: nothing is charged." in card(staff, video)


def do(staff: Client, deed: str, video: ProductVideo, **form: object) -> str:
    """Press a card's button and return the page that it leads to."""
    url = reverse(f"admin:productvideo_video_{deed}", args=[video.pk])
    return staff.post(url, form, follow=True).content.decode()


def test_a_retake_buys_one_more_take_and_only_one(staff: Client) -> None:
    video = failed_video()
    scene = video.scene
    form = {"seen": f"{scene.pk}:{scene.version}:{scene.takes}", "units": "1.5"}

    first = do(staff, "retake", video, **form)
    second = do(staff, "retake", video, **form)

    assert "Another take" in first
    assert "Nothing was bought" in second
    assert ProductVideo.objects.filter(scene=scene).count() == 2


def test_a_retake_at_another_price_buys_nothing(staff: Client) -> None:
    video = failed_video()

    page = do(staff, "retake", video, seen=f"{video.scene_id}:1:0", units="1")

    assert "The price is 1.5 units now, not 1" in page
    assert ProductVideo.objects.count() == 1


def test_a_retake_that_names_nothing_is_refused_in_words(staff: Client) -> None:
    assert "The page is out of date" in do(staff, "retake", failed_video())


def test_a_waiting_video_can_be_cancelled_free_of_charge(staff: Client) -> None:
    video = make_video()
    offered = "Cancel, free of charge" in card(staff, video)

    page = do(staff, "cancel", video)

    video.refresh_from_db()
    assert offered and "nothing was charged" in page
    assert (video.stage, video.events.get().who) == (Stage.FAILED, "anna")


def test_a_video_at_kling_cannot_be_cancelled_and_is_only_hidden(staff: Client) -> None:
    video = make_video(stage=Stage.RENDERING, task_id="t1")
    html = card(staff, video)

    assert "Cancel" not in html and "Delete" not in html and "Hide" in html
    assert "cannot stop" in do(staff, "cancel", video)
    page = do(staff, "remove", video)

    assert "It is only hidden: it goes on being made, and is saved and charged." in page
    assert f'id="video-{video.pk}"' not in page
    assert ProductVideo.objects.awaited().get() == video


def test_a_finished_video_goes_to_the_bin_and_the_page_offers_to_undo_that(staff: Client) -> None:
    video = make_complete_video()

    page = do(staff, "remove", video)

    assert "1 video is in the bin for 30 days." in page and "Undo" in page
    assert f'id="video-{video.pk}"' not in page
    assert ProductVideo.objects.binned().get() == video
    again = staff.post(
        reverse("admin:productvideo_bin_take_out"),
        {"video": video.pk, "next": page_of(video.product)},
        follow=True,
    )
    assert f'id="video-{video.pk}"' in again.content.decode()


def test_takes_of_a_removed_scene_are_still_shown(staff: Client) -> None:
    video = make_complete_video()
    Scene.objects.filter(pk=video.scene_id).delete()

    html = staff.get(page_of(video.product)).content.decode()

    assert video.url in html and "Retake" not in html
