"""Having scenes written: one writer at a time, nothing of anybody overwritten, new scenes unlike those that stay."""

from datetime import timedelta
from uuid import uuid4

import pytest
from factories import make_complete_video, make_photo, make_product, make_scene, make_staff

from productvideo import services
from productvideo.models import Product, Scene
from productvideo.querysets import now
from productvideo.services.writing import LEASE

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    product = make_product(name="Espresso cup")
    make_photo(product)
    return product


def claim(product: Product, *, seconds_left: float) -> None:
    """Let somebody else be writing the scenes."""
    until = now() + timedelta(seconds=seconds_left)
    Product.objects.filter(pk=product.pk).update(writing_until=until, writing_token=uuid4())


def prompts(product: Product) -> list[str]:
    return list(product.scenes.values_list("prompt", flat=True))


def test_one_writing_at_a_time(product: Product) -> None:
    claim(product, seconds_left=LEASE.total_seconds())

    with pytest.raises(services.BeingWrittenError, match="just now"):
        services.write_first_scenes(product=product)

    assert not product.scenes.exists()


def test_the_claim_of_a_dead_writer_ends_by_itself(product: Product) -> None:
    claim(product, seconds_left=-1)

    assert len(services.write_first_scenes(product=product)) == 3


def test_the_claim_is_given_back(product: Product) -> None:
    services.write_first_scenes(product=product)
    product.refresh_from_db()

    assert (product.writing_until, product.writing_token) == (None, None)


def test_scenes_that_are_there_are_not_written_a_second_time(product: Product) -> None:
    first = services.write_first_scenes(product=product)

    assert services.write_first_scenes(product=product) == first
    assert product.scenes.count() == 3


def test_a_scene_that_is_written_again_differs_from_the_others_and_from_itself(product: Product) -> None:
    hero, *others = services.plan_scenes(product=product)
    before = prompts(product)

    services.write_scene_again(scene=hero, version=1, by=make_staff(username="anna"))

    assert hero.version == 2
    assert hero.prompt not in before
    assert [scene.prompt for scene in others] == prompts(product)[1:]
    assert (hero.source, hero.edited_by.username) == ("fallback", "anna")


def test_a_scene_that_a_colleague_changed_meanwhile_is_not_written_over(product: Product) -> None:
    scene = services.plan_scenes(product=product)[0]
    services.save_scene(scene=Scene.objects.get(pk=scene.pk), version=1, title="Theirs", description="", prompt="p")

    with pytest.raises(services.StoryboardChangedError):
        services.write_scene_again(scene=scene, version=1)

    assert Scene.objects.get(pk=scene.pk).title == "Theirs"


def test_all_again_spares_scenes_with_takes(product: Product) -> None:
    filmed, *others = services.plan_scenes(product=product)
    Scene.objects.filter(pk=filmed.pk).update(takes=1)
    before = prompts(product)

    written = services.write_all_again(product=product)

    assert {scene.pk for scene in written} == {scene.pk for scene in others}
    after = prompts(product)
    assert after[0] == before[0]
    assert len(set(after)) == 3 and not set(after[1:]) & set(before)


def test_all_again_refuses_where_every_scene_has_takes(product: Product) -> None:
    services.plan_scenes(product=product)
    product.scenes.update(takes=1)

    with pytest.raises(services.RefusalError, match="All scenes have takes"):
        services.write_all_again(product=product)


def test_six_scenes_are_all_different_and_there_is_no_seventh(product: Product) -> None:
    services.plan_scenes(product=product)
    for _ in range(3):
        services.write_one_more(product=product)

    assert len(set(prompts(product))) == 6
    with pytest.raises(services.RefusalError, match="at most 6"):
        services.write_one_more(product=product)
    with pytest.raises(services.RefusalError, match="at most 6"):
        services.add_scene(product=product, title="t", description="", prompt="p")


def test_a_prompt_is_rewritten_from_its_idea_and_the_idea_stands(product: Product) -> None:
    scene = services.plan_scenes(product=product)[0]
    services.save_scene(
        scene=scene, version=1, title="Rain", description="Rain falls softly behind the cup.", prompt=scene.prompt
    )

    services.rewrite_prompt(scene=scene, version=2)

    assert (scene.title, scene.description) == ("Rain", "Rain falls softly behind the cup.")
    assert "Rain falls softly behind the cup." in scene.prompt
    assert "its shape and label remain exactly as in the image" in scene.prompt


def test_an_own_scene_without_a_prompt_gets_one_from_its_idea(product: Product) -> None:
    scene = services.add_scene(product=product, title="Dusk", description="The light fades slowly.", prompt=" ")

    assert (scene.source, scene.position) == ("person", 1)
    assert "The light fades slowly." in scene.prompt


def test_a_dropped_scene_is_out_of_sight_and_keeps_its_takes_until_it_is_brought_back(product: Product) -> None:
    scene, *_ = services.plan_scenes(product=product)
    video = make_complete_video(scene)

    services.drop_scene(scene=scene, version=1)

    video.refresh_from_db()
    assert product.scenes.count() == 2
    assert video.scene == scene
    services.bring_back_scene(scene=scene)
    assert product.scenes.first() == scene


def test_the_last_scene_stays(product: Product) -> None:
    scene = make_scene(product)

    with pytest.raises(services.RefusalError, match="at least one"):
        services.drop_scene(scene=scene, version=1)


def test_a_scene_that_was_edited_meanwhile_is_not_dropped(product: Product) -> None:
    scene, *_ = services.plan_scenes(product=product)
    Scene.objects.filter(pk=scene.pk).update(version=2)

    with pytest.raises(services.StoryboardChangedError):
        services.drop_scene(scene=scene, version=1)

    assert product.scenes.count() == 3


def test_an_edit_of_a_dropped_scene_changes_nothing(product: Product) -> None:
    scene, *_ = services.plan_scenes(product=product)
    stale = Scene.objects.get(pk=scene.pk)
    services.drop_scene(scene=scene, version=1)

    with pytest.raises(services.StoryboardChangedError, match="dropped"):
        services.save_scene(scene=stale, version=1, title="New", description="", prompt="p")

    assert Scene.with_dropped.get(pk=scene.pk).title == scene.title


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("cheap, game-changer, guys", ("cheap", "game-changer", "guys")),
        ("cheap\r\n on sale ;guys,,\n cheap", ("cheap", "on sale", "guys")),
        (" ,\n", ()),
    ],
)
def test_the_writer_is_told_the_plan_the_model_and_what_the_persona_never_says(
    product: Product, settings, typed: str, words: tuple[str, ...]
) -> None:
    settings.KLING_MODEL = "kling-v3"
    product.plan, product.persona.language, product.persona.words_to_avoid = "tech", "Deutsch", typed

    brief = services.brief_for(product)

    assert (brief.plan, brief.model_name, brief.language) == ("tech", "kling-v3", "Deutsch")
    assert brief.words_to_avoid == words
