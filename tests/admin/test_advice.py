"""Advice on the storyboard: shown under the prompts, mended by a button, with a script and without."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_person, make_product, make_scene, make_staff, make_video

from productvideo.models import Product, ProductVideo, Scene, Writing
from productvideo.roles import Role
from productvideo.states import Stage

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
GOOD = (
    "The cup stays fixed on the table; its shape and label remain exactly as in the image. The camera makes a push-in,"
    " slow and steady."
)
QUOTING = f"{GOOD} The headline “Sale” fades in."
FINDING = 'class="sr-finding"'


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff(username="anna"))
    return client


@pytest.fixture
def scene() -> Scene:
    return make_scene(prompt=QUOTING)


def page_of(staff: Client, product: Product) -> str:
    return staff.get(reverse("admin:productvideo_product_page", args=[product.pk])).content.decode()


def ask(staff: Client, name: str, scene: Scene, *, script: bool = True, **form: object):
    url = reverse(f"admin:productvideo_{name}", args=[scene.product_id, scene.pk])
    return staff.post(url, {"version": scene.version} | form, headers=HTMX if script else {})


# Findings.


def test_findings_stand_under_their_prompt_with_a_button_that_mends(staff: Client, scene: Scene) -> None:
    html = page_of(staff, scene.product)

    assert html.count(FINDING) == 1
    assert reverse("admin:productvideo_scene_mend", args=[scene.product_id, scene.pk]) in html
    assert 'value="quoted_text"' in html


def test_a_page_without_findings_has_no_warnings(staff: Client) -> None:
    assert FINDING not in page_of(staff, make_scene(prompt=GOOD).product)


def test_many_scenes_are_judged_with_as_many_questions_as_one(
    staff: Client, scene: Scene, django_assert_max_num_queries
) -> None:
    for _ in range(5):
        make_scene(scene.product, prompt=QUOTING)
    page_of(staff, scene.product)

    with django_assert_max_num_queries(17):
        html = page_of(staff, scene.product)

    assert html.count(FINDING) >= 6


def test_saving_answers_with_the_advice_on_the_new_words(staff: Client, scene: Scene) -> None:
    better = ask(staff, "scene_save", scene, prompt=GOOD).content.decode()
    scene.refresh_from_db()
    worse = ask(staff, "scene_save", scene, prompt=QUOTING).content.decode()

    assert f'id="findings-{scene.pk}"' in better and FINDING not in better
    assert FINDING in worse and "1 piece of advice follows the prompt." in worse


def test_the_price_of_another_model_brings_its_own_advice(staff: Client) -> None:
    long = make_scene(prompt=f"{GOOD} {'Warm light drifts slowly over the table and the wall behind it. ' * 2}")
    url = reverse("admin:productvideo_product_price", args=[long.product_id])

    usual, roomy = (
        staff.get(url, {"model": model}, headers=HTMX).content.decode() for model in ("kling-v2-5-turbo", "kling-v3")
    )

    assert f'id="findings-{long.pk}"' in usual and FINDING in usual
    assert f'id="findings-{long.pk}"' in roomy and usual.count(FINDING) > roomy.count(FINDING)


# Mending.


def test_mending_shows_the_new_words_and_offers_the_old_ones(staff: Client, scene: Scene) -> None:
    html = ask(staff, "scene_mend", scene, rule="quoted_text").content.decode()

    mended = Scene.objects.get(pk=scene.pk)
    assert "Sale" not in mended.prompt
    assert (mended.version, mended.source, mended.edited_by.username) == (2, "person", "anna")
    assert "Mended." in html and "Put the old words back" in html and FINDING not in html


def test_mending_works_without_a_script(staff: Client, scene: Scene) -> None:
    response = ask(staff, "scene_mend", scene, script=False, rule="quoted_text")

    assert response.status_code == 302
    html = page_of(staff, scene.product)
    assert "Mended." in html and FINDING not in html


def test_mending_a_negative_prompt_offers_no_old_words(staff: Client) -> None:
    scene = make_scene(prompt=GOOD, negative_prompt="no text, no people, morphing")

    html = ask(staff, "scene_mend", scene, rule="negative_list").content.decode()

    assert "Mended." in html and "Put the old words back" not in html
    assert Scene.objects.get(pk=scene.pk).prompt == GOOD


def test_a_stale_page_mends_nothing(staff: Client, scene: Scene) -> None:
    Scene.objects.filter(pk=scene.pk).update(version=2, prompt="Theirs.")

    html = ask(staff, "scene_mend", scene, rule="quoted_text").content.decode()

    assert "nothing of it was overwritten" in html and "Theirs." in html
    assert Scene.objects.get(pk=scene.pk).version == 2


# What is taken out.


def test_what_is_taken_out_of_a_prompt_is_said_when_it_is_saved(staff: Client, scene: Scene) -> None:
    html = ask(staff, "scene_save", scene, prompt=f"{GOOD} Like <<<image_1>>>.").content.decode()

    assert "Taken out" in html and "data-cleaned" in html
    assert Scene.objects.get(pk=scene.pk).prompt == f"{GOOD} Like image_1."


def test_without_a_script_it_is_said_on_the_page(staff: Client, scene: Scene) -> None:
    ask(staff, "scene_save", scene, script=False, prompt=f"{GOOD}\u202e")

    assert "Taken out" in page_of(staff, scene.product)


def test_it_is_said_of_a_scene_that_is_added(staff: Client, scene: Scene) -> None:
    url = reverse("admin:productvideo_scene_add", args=[scene.product_id])
    form = {"title": "Mine", "description": "", "prompt": f"{GOOD}\u200b"}

    assert "Taken out" in staff.post(url, form, headers=HTMX).content.decode()
    staff.post(url, form)
    assert "Taken out" in page_of(staff, scene.product)


# What Kling refused before.


def test_what_kling_refused_before_is_warned_of_where_it_is_bought_and_can_be_bought(staff: Client) -> None:
    scene = make_scene(prompt=GOOD, title="Push-in")
    make_video(scene, stage=Stage.FAILED, due_at=None, error_code="kling_1301")
    url = reverse("admin:productvideo_product_approve", args=[scene.product_id])
    form = {"scene": f"{scene.pk}:1:0", "model": "kling-v2-5-turbo", "mode": "std", "duration": "5", "units": "1.5"}

    html = page_of(staff, scene.product)
    staff.post(url, form)

    assert html.count(FINDING) == 1 and "Kling refused “Push-in” before" in html
    assert ProductVideo.objects.filter(stage=Stage.QUEUED).count() == 1


def test_a_scene_that_is_not_chosen_is_not_warned_of_beside_the_price(staff: Client) -> None:
    scene = make_scene(prompt=GOOD, takes=1)
    make_video(scene, stage=Stage.FAILED, due_at=None, error_code="kling_1301")

    html = page_of(staff, scene.product)

    assert html.count(FINDING) == 1 and 'id="refused-before"' not in html


# Why default scenes, and by which plan.


def test_each_default_scene_says_why_and_what_to_do(staff: Client) -> None:
    product = make_scene(source_detail="OpenAI did not answer in time; edit these.").product
    make_scene(product, source="openai")
    make_scene(product, source_detail="OpenAI wrote only two usable scenes; ask for new ones.")

    html = page_of(staff, product)

    assert "OpenAI did not answer in time; edit these." in html
    assert "OpenAI wrote only two usable scenes; ask for new ones." in html


def test_the_plan_names_what_fits_the_product_and_can_be_chosen(staff: Client) -> None:
    product = make_scene(make_product(name="Thing", description="It is there.")).product
    url = reverse("admin:productvideo_product_plan", args=[product.pk])

    before = page_of(staff, product)
    answer = staff.post(url, {"plan": "tech"}, headers=HTMX).content.decode()

    assert '<option value="" selected>By the product (Packshot)</option>' in before
    assert '<option value="tech" selected>' in answer and "Write all again" in answer
    assert Product.objects.get(pk=product.pk).plan == "tech"


@pytest.mark.parametrize("script", [True, False])
def test_a_plan_that_there_is_not_is_refused(staff: Client, scene: Scene, script: bool) -> None:
    url = reverse("admin:productvideo_product_plan", args=[scene.product_id])

    html = staff.post(url, {"plan": "opera"}, headers=HTMX if script else {}, follow=True).content.decode()

    assert "There is no plan “opera”" in html
    assert Product.objects.get().plan == ""


def test_the_chosen_plan_is_followed_when_all_is_written_again(staff: Client, scene: Scene) -> None:
    staff.post(reverse("admin:productvideo_product_plan", args=[scene.product_id]), {"plan": "food"})
    staff.post(reverse("admin:productvideo_product_write_again", args=[scene.product_id]))

    assert Writing.objects.latest("pk").plan == "food"


# What writing took.


def write(product: Product, **columns: object) -> None:
    Writing.objects.create(product=product, plan="packshot", template_version="1", **columns)


def test_what_writing_took_is_told_quietly_and_with_its_cost_where_there_are_prices(
    client: Client, scene: Scene, settings
) -> None:
    client.force_login(make_person(Role.EDITOR, scene.product.persona))
    write(scene.product, calls=1, input_tokens=2000, output_tokens=520)
    write(scene.product, calls=1, input_tokens=500, output_tokens=100)

    free = page_of(client, scene.product)
    settings.OPENAI_INPUT_PRICE, settings.OPENAI_OUTPUT_PRICE = Decimal("0.75"), Decimal("4.5")
    priced = page_of(client, scene.product)

    assert free.count("Scenes written 2 times · 3,120 tokens<") == 1
    assert "Scenes written 2 times · 3,120 tokens · $0.005<" in priced
    assert "See each time" not in priced


def test_who_may_look_can_see_each_time(client: Client, scene: Scene) -> None:
    client.force_login(make_staff(is_superuser=True))
    write(scene.product, input_tokens=10, cause="timeout")

    html = page_of(client, scene.product)
    address = f"{reverse('admin:productvideo_writing_changelist')}?product__id__exact={scene.product_id}"

    assert f'href="{address}"' in html
    assert "timeout" in client.get(address).content.decode()


def test_writing_one_scene_again_brings_the_line_up_to_date(staff: Client, scene: Scene) -> None:
    html = ask(staff, "scene_again", scene).content.decode()

    assert 'id="usage" class="sr-small" hx-swap-oob="true">Scenes written 1 time' in html


def test_a_writing_without_tokens_says_so(staff: Client, scene: Scene) -> None:
    write(scene.product, cause="no_key")

    assert "Scenes written 1 time · no tokens" in page_of(staff, scene.product)
