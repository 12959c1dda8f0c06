"""What others do while OpenAI is asked: their changes stand, and whose claim has ended stores nothing."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from factories import make_photo, make_product, make_staff
from loopback import http_answer, loopback

from productvideo import services
from productvideo.models import Product, Scene
from productvideo.querysets import now
from productvideo.services.writing import LEASE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def product() -> Product:
    product = make_product(name="Espresso cup")
    make_photo(product)
    services.plan_scenes(product=product)
    return product


@contextmanager
def meanwhile(settings, deed: Callable[[], object]) -> Iterator[None]:
    """Let OpenAI refuse the key, so that default scenes come, and let somebody do something before it answers."""

    def refuse(line: socket.socket) -> None:
        deed()
        connection.close()
        line.sendall(http_answer({"error": {"message": "no", "code": "invalid_api_key"}}, status=401))

    with loopback(refuse) as server:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "sk-test", server.base_url
        yield


def test_a_colleague_s_edit_is_not_written_over(settings, product: Product) -> None:
    scene, ben = product.scenes.first(), make_staff(username="ben")

    def edit() -> None:
        theirs = Scene.objects.get(pk=scene.pk)
        services.save_scene(scene=theirs, version=1, title="Theirs", description="", prompt="Pan.", by=ben)

    with meanwhile(settings, edit), pytest.raises(services.StoryboardChangedError, match="Theirs"):
        services.write_scene_again(scene=scene, version=1)

    assert Scene.objects.get(pk=scene.pk).prompt == "Pan."


def test_all_again_leaves_what_was_edited_dropped_or_approved_meanwhile(settings, product: Product) -> None:
    edited, approved, dropped = product.scenes.all()

    def change() -> None:
        Scene.objects.filter(pk=edited.pk).update(title="Theirs", version=2)
        Scene.objects.filter(pk=approved.pk).update(takes=1)
        services.drop_scene(scene=Scene.objects.get(pk=dropped.pk), version=1)

    with meanwhile(settings, change):
        written = services.write_all_again(product=product)

    assert written == []
    old = {edited.prompt, approved.prompt, dropped.prompt}
    assert set(Scene.with_dropped.filter(product=product).values_list("prompt", flat=True)) == old


def test_a_writer_whose_claim_has_ended_stores_nothing(settings, product: Product) -> None:
    scene = product.scenes.first()

    def claim_it() -> None:
        Product.objects.filter(pk=product.pk).update(writing_until=now() + LEASE, writing_token=None)

    with meanwhile(settings, claim_it), pytest.raises(services.BeingWrittenError):
        services.write_scene_again(scene=scene, version=1)

    product.refresh_from_db()
    assert Scene.objects.get(pk=scene.pk).version == 1
    assert product.writing_until is not None  # the other one's claim


def test_two_at_once_ask_once(settings, product: Product) -> None:
    scene = product.scenes.first()
    refused: list[Exception] = []

    def ask_too() -> None:
        try:
            services.write_all_again(product=Product.objects.get(pk=product.pk))
        except services.RefusalError as error:
            refused.append(error)

    with meanwhile(settings, ask_too):
        services.write_scene_again(scene=scene, version=1)

    assert [type(error) for error in refused] == [services.BeingWrittenError]
    assert scene.version == 2
