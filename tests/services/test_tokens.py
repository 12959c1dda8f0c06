"""What having scenes written took is remembered each time, and priced where prices are set."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from factories import make_photo, make_product
from loopback import answering, http_answer, loopback

from productvideo import scenes, services
from productvideo.models import Product, Writing
from productvideo.querysets import now
from productvideo.services.tokens import remember_writing
from productvideo.services.writing import LEASE

GOOD = settings.BASE_DIR / "benchmarks" / "scenes" / "answers" / "good-espresso-cup.json"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def product() -> Product:
    product = make_product(name="Espresso cup")
    make_photo(product)
    return product


def took(product: Product) -> list[tuple[int, str]]:
    return list(product.writings.order_by("pk").values_list("calls", "cause"))


def writing(**tokens: int) -> Writing:
    return Writing(**tokens)


@contextmanager
def refusing_openai(settings, meanwhile: Callable[[], object]) -> Iterator[None]:
    def refuse(line: socket.socket) -> None:
        meanwhile()
        connection.close()
        line.sendall(http_answer({"error": {"message": "no"}}, status=403))

    with loopback(refuse) as server:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "sk-test", server.base_url
        yield


def test_every_way_of_having_scenes_written_leaves_a_row(product: Product) -> None:
    first, second, third = services.write_first_scenes(product=product)
    services.write_one_more(product=product)
    services.write_scene_again(scene=first, version=1)
    services.rewrite_prompt(scene=second, version=1)
    services.add_scene(product=product, title="Rain", description="Rain falls behind it.", prompt="")
    services.write_all_again(product=product)

    assert took(product) == [(0, "no_key")] * 6
    assert set(product.writings.values_list("template_version", flat=True)) == {third.template_version}


def test_what_openai_counted_is_remembered(settings, product: Product) -> None:
    content = json.dumps(json.loads(GOOD.read_text())["answer"])
    body = {
        "model": "stand-in-1",
        "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 2100, "completion_tokens": 600, "total_tokens": 2700},
    }
    with loopback(answering(http_answer(body))) as server:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "sk-test", server.base_url
        services.write_first_scenes(product=product)

    kept = product.writings.get()
    assert (kept.calls, kept.input_tokens, kept.output_tokens, kept.cause) == (1, 2100, 600, "")
    fitting = scenes.plan_for("", product.name, product.description)
    assert (kept.language_model, kept.plan) == ("stand-in-1", fitting.code)


def test_scenes_that_are_there_already_are_no_writing(product: Product) -> None:
    services.write_first_scenes(product=product)
    services.write_first_scenes(product=product)

    assert product.writings.count() == 1


def test_what_was_not_stored_because_somebody_else_had_begun_is_counted_all_the_same(
    settings, product: Product
) -> None:
    def claim_it() -> None:
        Product.objects.filter(pk=product.pk).update(writing_until=now() + LEASE, writing_token=None)

    with refusing_openai(settings, claim_it), pytest.raises(services.BeingWrittenError):
        services.write_first_scenes(product=product)

    assert not product.scenes.exists()
    assert [cause for _, cause in took(product)] == ["not_allowed"]


def test_a_product_that_was_deleted_meanwhile_leaves_no_row_and_no_error(settings, product: Product) -> None:
    def delete_it() -> None:
        found = Product.objects.get(pk=product.pk)
        found.photos.all().delete()
        found.delete()

    with refusing_openai(settings, delete_it), pytest.raises(services.BeingWrittenError):
        services.write_first_scenes(product=product)

    assert not Writing.objects.exists()


def test_what_the_plan_took_is_what_is_remembered(product: Product) -> None:
    plan = scenes.ScenePlan(
        scenes=(),
        source="openai",
        plan="packshot",
        language_model="gpt-test",
        template_version="t-2",
        usage=scenes.Usage(calls=2, input_tokens=3000, output_tokens=700),
    )

    assert remember_writing(product, plan) is plan

    kept = product.writings.get()
    assert (kept.plan, kept.language_model, kept.template_version) == ("packshot", "gpt-test", "t-2")
    assert (kept.calls, kept.input_tokens, kept.output_tokens, kept.cause) == (2, 3000, 700, "")


def test_tokens_cost_what_a_million_of_them_costs(settings) -> None:
    settings.OPENAI_INPUT_PRICE, settings.OPENAI_OUTPUT_PRICE = Decimal("0.75"), Decimal("4.5")

    cost = services.cost_of([writing(input_tokens=2000, output_tokens=500), writing(input_tokens=1, output_tokens=0)])

    assert cost == Decimal("0.00375075")


@pytest.mark.parametrize(("prices", "cost"), [((0, 0), None), ((1, 0), Decimal(1)), ((0, 1), Decimal(2))])
def test_without_prices_there_is_no_cost_and_one_price_is_enough(
    settings, prices: tuple[int, int], cost: Decimal | None
) -> None:
    settings.OPENAI_INPUT_PRICE, settings.OPENAI_OUTPUT_PRICE = map(Decimal, prices)

    assert services.cost_of([writing(input_tokens=1_000_000, output_tokens=2_000_000)]) == cost


def test_nothing_written_costs_nothing(settings) -> None:
    settings.OPENAI_INPUT_PRICE = Decimal(1)

    assert services.cost_of([]) == 0
