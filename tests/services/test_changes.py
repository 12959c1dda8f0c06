"""What a refused purchase tells: who was first, what was edited, and since when the page is out of date."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from factories import make_product, make_scene, make_staff

import kling
from productvideo import services
from productvideo.models import Product, ProductVideo, Scene
from productvideo.querysets import now
from productvideo.services import SeenScene, StoryboardChangedError

pytestmark = pytest.mark.django_db
SETTINGS = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)


@pytest.fixture
def product() -> Product:
    product = make_product()
    for title in ("Push-in", "Turn", "Macro"):
        make_scene(product, title=title)
    return product


@pytest.fixture
def anna() -> User:
    return make_staff(username="anna")


@pytest.fixture
def mira() -> User:
    return make_staff(username="mira")


def seen_of(product: Product) -> list[SeenScene]:
    return [SeenScene.of(scene) for scene in product.scenes.all()]


def buy(product: Product, by: User | None, seen: list[SeenScene], **more: object) -> list[ProductVideo]:
    return services.approve(product=product, scenes=seen, settings=SETTINGS, by=by, **more)  # type: ignore[arg-type]


def refusal(product: Product, by: User, seen: list[SeenScene], **more: object) -> StoryboardChangedError:
    with pytest.raises(StoryboardChangedError) as refused:
        buy(product, by, seen, **more)
    return refused.value


def let_pass(seconds: int) -> None:
    ProductVideo.objects.update(created_at=F("created_at") - timedelta(seconds=seconds))
    Scene.objects.update(updated_at=F("updated_at") - timedelta(seconds=seconds))


def test_a_colleague_s_purchase_is_told_with_their_name_and_its_age(product: Product, anna: User, mira: User) -> None:
    seen = seen_of(product)
    buy(product, mira, seen)
    let_pass(40)

    refused = refusal(product, anna, seen)

    assert refused.changes[0] == "A colleague, mira, approved these 40 s ago; here they are."
    assert (refused.own, len(refused.videos)) == (False, 3)


def test_one_s_own_purchase_is_told_calmly(product: Product, anna: User) -> None:
    seen = seen_of(product)
    buy(product, anna, seen)
    let_pass(2)

    refused = refusal(product, anna, seen)

    assert refused.changes == ["You approved these 2 s ago; here they are.", "Nothing was bought a second time."]
    assert refused.own


def test_a_second_click_that_wanted_more_is_told_what_was_not_bought(product: Product, anna: User) -> None:
    seen = seen_of(product)
    buy(product, anna, seen[:1])

    refused = refusal(product, anna, seen)

    assert refused.changes[-1] == "Nothing was bought; look at what is there now."
    assert not refused.own


def test_each_buyer_is_told_with_what_they_bought(product: Product, anna: User, mira: User) -> None:
    push_in, turn, macro = seen_of(product)
    buy(product, mira, [turn])
    buy(product, None, [macro])

    refused = refusal(product, anna, [push_in, turn, macro])

    assert refused.changes[:2] == [
        "A colleague, mira, approved “Turn” just now; here it is.",
        "Somebody at the command line approved “Macro” just now; here it is.",
    ]
    assert not refused.own


def test_an_edit_is_told_with_the_editor_and_its_age(product: Product, anna: User, mira: User) -> None:
    seen = seen_of(product)
    product.scenes.filter(title="Turn").update(version=2, edited_by=mira, updated_at=now())
    product.scenes.filter(title="Macro").update(version=2, edited_by=anna, updated_at=now())
    let_pass(190)

    refused = refusal(product, anna, seen)

    assert refused.changes[:2] == [
        "“Turn” was edited by mira 3 min ago.",
        "You edited “Macro” 3 min ago, after this page had shown it.",
    ]
    assert not refused.own


def test_whoever_saves_a_scene_is_remembered_as_its_editor(product: Product, mira: User) -> None:
    scene = product.scenes.get(title="Turn")

    services.save_scene(scene=scene, version=1, title="Turn", description="", prompt="Turn slowly.", by=mira)

    scene.refresh_from_db()
    assert scene.edited_by == mira


def test_one_s_own_purchase_beside_an_edit_is_not_calm(product: Product, anna: User) -> None:
    seen = seen_of(product)
    buy(product, anna, seen[:1])
    product.scenes.filter(title="Turn").update(version=2)

    assert not refusal(product, anna, seen).own


def test_a_second_click_that_the_budget_would_not_allow_is_still_told_as_a_second_click(anna: User) -> None:
    product = make_scene().product
    type(product.persona).objects.update(monthly_units=2)
    seen = seen_of(product)
    buy(product, anna, seen)

    assert refusal(product, anna, seen).own


def test_a_practice_page_buys_nothing_once_real_keys_are_set(product: Product, anna: User, kling_host: object) -> None:
    refused = refusal(product, anna, seen_of(product), practice=True)

    assert "from now on videos cost money" in str(refused)
    assert not ProductVideo.objects.exists()


def test_a_page_made_with_real_keys_buys_nothing_in_practice(product: Product, anna: User) -> None:
    assert "practice mode now" in str(refusal(product, anna, seen_of(product), practice=False))
