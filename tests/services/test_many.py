"""Many at once: dropped photos become products, a worker writes their scenes, one purchase buys all or nothing."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from factories import jpeg, make_complete_video, make_persona, make_product, make_scene, make_staff, make_video
from passing_time import always

import kling
from personas.models import Persona
from productvideo import services
from productvideo.models import AuditEntry, Product, ProductVideo, Scene
from productvideo.querysets import now
from productvideo.services import SeenScene

pytestmark = pytest.mark.django_db
CLIP = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)
TOGETHER = uuid.uuid4()


@pytest.fixture
def anna() -> User:
    return make_staff(username="anna")


def drop(by: User, *, persona: Persona | None = None, name: str = "blue_cup.jpg", **more: object) -> Product:
    who = persona or make_persona()
    return services.drop_photo(persona=who, photo_file=jpeg(), photo_name=name, dropped_with=TOGETHER, by=by, **more)  # type: ignore[arg-type]


def seen(*products: Product) -> list[SeenScene]:
    return [SeenScene.of(scene) for product in products for scene in product.scenes.all()]


# Dropping.


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("blue_cup-large.jpg", "Blue cup large"),
        ("IMG_0042.JPG", "Product 7"),
        ("Screenshot 2026-11-26 at 10.42.11.png", "Product 7"),
        ("C:\\fotos\\öl flasche.webp", "Öl flasche"),
        (".jpg", "Product 7"),
        ("v1.2 lamp.png", "V1.2 lamp"),
        ("x" * 300 + ".png", "X" + "x" * 199),
    ],
)
def test_a_product_is_named_by_its_file_unless_a_camera_named_that(file_name: str, name: str) -> None:
    assert services.name_of_file(file_name, number=7) == name


def test_a_dropped_photo_becomes_a_product_that_waits_for_its_scenes(anna: User) -> None:
    product = drop(anna)

    assert (product.name, product.description, product.is_described) == ("Blue cup", "Blue cup", False)
    assert product.photos.count() >= 1 and product.created_by == anna
    assert list(Product.objects.waiting_for_scenes()) == [product]


def test_a_photo_alone_waits_for_no_worker_since_its_page_writes_its_scenes(anna: User) -> None:
    product = drop(anna, alone=True, description="A cup of clay.")

    assert product.is_described and product.scenes_wanted_at is None and product.dropped_with is None


def test_more_than_fifty_at_once_are_refused(anna: User) -> None:
    persona = make_persona()
    for _ in range(services.MOST_AT_ONCE):
        make_product(persona, dropped_with=TOGETHER, created_by=anna)

    with pytest.raises(services.RefusalError, match="At most 50"):
        drop(anna, persona=persona)


def test_nobody_drops_into_what_somebody_else_dropped(anna: User) -> None:
    drop(make_staff())

    with pytest.raises(services.RefusalError, match="out of date"):
        drop(anna)


# Writing in the background.


def test_the_worker_writes_what_waits_and_leaves_the_rest_alone(anna: User) -> None:
    waiting, other = drop(anna), make_product()

    assert services.write_wanted_scenes(always) == 1

    waiting.refresh_from_db()
    assert (waiting.scenes.count(), other.scenes.count()) == (3, 0)
    assert waiting.scenes_wanted_at is None and waiting.scenes_source == "fallback"


def test_the_worker_stops_between_two_products_when_its_time_is_over(anna: User) -> None:
    persona = make_persona()
    first, second = drop(anna, persona=persona, name="one.jpg"), drop(anna, persona=persona, name="two.jpg")
    turns = iter([True, False])

    assert services.write_wanted_scenes(lambda: next(turns)) == 1

    assert first.scenes.exists() and not second.scenes.exists()


def test_what_a_dead_worker_had_taken_is_written_once_its_claim_has_ended(anna: User) -> None:
    product = drop(anna)
    Product.objects.update(scenes_wanted_at=now() + timedelta(seconds=30))
    nothing_yet = services.write_wanted_scenes(always)
    Product.objects.update(scenes_wanted_at=now() - timedelta(seconds=1))

    assert (nothing_yet, services.write_wanted_scenes(always)) == (0, 1)
    assert product.scenes.count() == 3


def test_a_photo_that_is_gone_holds_nobody_else_up(anna: User) -> None:
    persona = make_persona()
    broken, fine = drop(anna, persona=persona, name="one.jpg"), drop(anna, persona=persona, name="two.jpg")
    broken.photos.update(file="photos/gone.jpg")

    assert services.write_wanted_scenes(always) == 1

    assert fine.scenes.count() == 3
    assert list(Product.objects.waiting_for_scenes()) == [broken]


def test_scenes_that_its_page_wrote_meanwhile_are_not_written_twice(anna: User) -> None:
    product = drop(anna)
    services.write_first_scenes(product=product)

    services.write_wanted_scenes(always)

    product.refresh_from_db()
    assert product.scenes.count() == 3 and product.scenes_wanted_at is None


def test_a_description_has_untouched_scenes_written_again_and_leaves_others_alone(anna: User) -> None:
    persona = make_persona()
    plain, edited = drop(anna, persona=persona, name="one.jpg"), drop(anna, persona=persona, name="two.jpg")
    services.write_wanted_scenes(always)
    Scene.objects.filter(pk=edited.scenes.first().pk).update(version=2)

    for product in (plain, edited):
        services.describe(product=product, description="A cup of white clay.")

    assert list(Product.objects.waiting_for_scenes()) == [plain]
    assert edited.scenes.count() == 3
    assert {*Product.objects.values_list("description", flat=True)} == {"A cup of white clay."}


# What nobody has approved.


def test_never_approved_is_what_has_scenes_and_no_take(anna: User) -> None:
    with_scene, taken, _empty = make_scene().product, make_scene(takes=1).product, make_product()
    waiting = drop(anna)

    assert {*Product.objects.never_approved()} == {with_scene, waiting}
    assert taken not in Product.objects.never_approved()


# Buying.


def two_products(**limits: Decimal | None) -> tuple[Product, Product]:
    one, other = (make_product(make_persona(monthly_units=limits.get(name))) for name in ("one", "other"))
    for product in (one, other, other):
        make_scene(product)
    return one, other


def test_all_are_bought_in_one_purchase(anna: User) -> None:
    one, other = two_products()

    videos = services.approve_many(scenes=seen(one, other), settings=CLIP, units=Decimal("4.5"), by=anna)

    assert {video.product for video in videos} == {one, other} and len(videos) == 3
    assert {video.persona for video in videos} == {one.persona, other.persona}
    assert AuditEntry.objects.filter(kind="spend", by=anna).count() == 3


def test_one_changed_scene_of_one_product_stops_all_and_names_it(anna: User) -> None:
    one, other = two_products()
    as_seen = seen(one, other)
    Scene.objects.filter(product=other).update(version=2)

    with pytest.raises(services.StoryboardChangedError, match=f"{other}: .* was edited"):
        services.approve_many(scenes=as_seen, settings=CLIP, by=anna)

    assert ProductVideo.objects.count() == 0
    assert {*Scene.objects.values_list("takes", flat=True)} == {0}


def test_a_double_click_buys_once_and_is_no_trouble(anna: User) -> None:
    one, other = two_products()
    as_seen = seen(one, other)
    services.approve_many(scenes=as_seen, settings=CLIP, by=anna)

    with pytest.raises(services.StoryboardChangedError, match="a second time") as refused:
        services.approve_many(scenes=as_seen, settings=CLIP, by=anna)

    assert refused.value.own and ProductVideo.objects.count() == 3


def test_one_persona_over_its_limit_stops_the_purchase_for_all(anna: User) -> None:
    one, other = two_products(other=Decimal(2))

    with pytest.raises(services.BudgetError, match=other.persona.name):
        services.approve_many(scenes=seen(one, other), settings=CLIP, by=anna)

    assert ProductVideo.objects.count() == 0


def test_each_persona_s_own_share_is_judged_and_not_the_total(anna: User) -> None:
    one, other = two_products(one=Decimal("1.5"), other=Decimal(3))

    assert len(services.approve_many(scenes=seen(one, other), settings=CLIP, by=anna)) == 3


def test_another_price_buys_nothing(anna: User) -> None:
    one, other = two_products()

    with pytest.raises(services.StoryboardChangedError, match="price"):
        services.approve_many(scenes=seen(one, other), settings=CLIP, units=Decimal(3), by=anna)

    assert ProductVideo.objects.count() == 0


def test_the_scenes_of_fifty_products_are_bought_within_seconds(
    anna: User, django_assert_max_num_queries: object
) -> None:
    persona = make_persona()
    products = [make_product(persona) for _ in range(50)]
    for product in products:
        make_scene(product)

    with django_assert_max_num_queries(50 * 5 + 20):  # type: ignore[operator]
        assert len(services.approve_many(scenes=seen(*products), settings=CLIP, by=anna)) == 50


def test_the_takes_of_other_scenes_do_not_matter(anna: User) -> None:
    scene = make_scene()
    make_complete_video(scene)
    make_video(make_scene(scene.product))

    assert len(services.approve_many(scenes=[SeenScene.of(scene)], settings=CLIP, by=anna)) == 1
