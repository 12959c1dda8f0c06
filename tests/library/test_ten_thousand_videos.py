"""The library asks the database as often for 10,000 videos as for 10; benchmarks/library.py says how quick that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories import make_account, make_person, make_persona, make_product, make_scene

from personas.models import Persona
from productvideo.models import ProductVideo, Scene
from productvideo.roles import Role
from productvideo.states import Stage

pytestmark = pytest.mark.django_db

LOOKS = (
    "",
    "page=2",
    "q=cup",
    "status=failed",
    "persona={persona}",
    "product={product}",
    "model=kling-v2-5-turbo&kind=practice",
    "sort=persona",
    "sort=wait",
    "from=2020-01-01&to=2099-01-01",
)


@pytest.fixture
def scenes() -> list[Scene]:
    personas = [make_persona() for _ in range(3)]
    return [make_scene(make_product(persona)) for persona in personas for _ in range(4)]


def add_videos(count: int, scenes: list[Scene]) -> None:
    account, began = make_account(host="sandbox", simulated=True), datetime.now(tz=UTC)
    ProductVideo.objects.bulk_create(
        [
            ProductVideo(
                persona=scene.product.persona,
                product=scene.product,
                scene=scene,
                photo=scene.photo,
                account=account,
                take=number,
                title=scene.title,
                prompt=scene.prompt,
                model_name="kling-v2-5-turbo",
                mode="std",
                duration=5,
                units_estimated=1,
                stage=Stage.FAILED,
                due_at=None,
                created_at=began - timedelta(minutes=number),
            )
            for number, scene in ((number, scenes[number % len(scenes)]) for number in range(count))
        ],
        batch_size=500,
    )


def queries(client: Client, scenes: list[Scene], page: str = "library") -> dict[str, int]:
    numbers = {"persona": scenes[0].product.persona_id, "product": scenes[0].product_id}
    counted = {}
    for look in LOOKS:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(f"{reverse(f'admin:productvideo_{page}')}?{look.format(**numbers)}")
        assert answer.status_code == 200
        counted[look] = len(asked)
    return counted


@pytest.mark.parametrize("who", ["a superuser", "a member"])
def test_the_library_asks_as_often_for_ten_thousand_as_for_ten(
    who: str, anna: User, client: Client, scenes: list[Scene]
) -> None:
    client.force_login(anna if who == "a superuser" else make_person(Role.SPENDER, *Persona.objects.all()))
    add_videos(10, scenes)
    few = queries(client, scenes)

    add_videos(9990, scenes)

    assert queries(client, scenes) == few
    assert max(few.values()) <= 16


def test_the_bin_asks_as_often_for_ten_thousand_as_for_ten(staff: Client, scenes: list[Scene]) -> None:
    add_videos(10, scenes)
    ProductVideo.objects.update(binned_at=datetime.now(tz=UTC))
    few = queries(staff, scenes, "bin")

    add_videos(9990, scenes)
    ProductVideo.objects.update(binned_at=datetime.now(tz=UTC))

    assert queries(staff, scenes, "bin") == few
    assert max(few.values()) <= 10


def test_each_filter_is_read_from_an_index_in_the_order_in_which_it_is_shown(scenes: list[Scene]) -> None:
    filters = {"persona": scenes[0].product.persona, "product": scenes[0].product, "model_name": "a", "status": "b"}
    add_videos(1000, scenes)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    for column, value in filters.items():
        videos = ProductVideo.objects.kept().filter(**{column: value}).order_by("-created_at", "-pk")
        plan = videos.values_list("pk", flat=True)[:48].explain()
        assert "video_kept" in plan, (column, plan)
        assert "TEMP B-TREE" not in plan, (column, plan)
