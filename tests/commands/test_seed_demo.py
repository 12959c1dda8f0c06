"""`manage.py seed_demo` fills the library for a trial: quickly, whole, and with practice videos only."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import Sum
from factories import make_staff

from productvideo import films, ledger, services
from productvideo.models import ProductVideo, Scene, Submission
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def practice(settings: Any) -> None:
    settings.PRACTICE_MODE = True


def seed_demo(count: int) -> str:
    out = StringIO()
    call_command("seed_demo", videos=count, stdout=out)
    return out.getvalue()


def test_it_makes_as_many_practice_videos_as_it_is_told() -> None:
    make_staff()

    said = seed_demo(50)

    assert said.startswith("50 practice videos made")
    assert ProductVideo.objects.filter(account__simulated=True).count() == 50
    assert Submission.objects.count() == 50
    assert not ProductVideo.objects.unfinished().exists()


def test_each_complete_one_has_a_real_film_of_its_own() -> None:
    seed_demo(40)

    complete = ProductVideo.objects.filter(stage=Stage.COMPLETE)
    names = set(complete.values_list("file", flat=True))
    assert len(names) == complete.count() > 30
    facts = films.inspect_film(Path(default_storage.path(names.pop())))
    assert (facts.width, facts.height) == (480, 360)


def test_the_ledger_says_what_they_cost_as_for_any_others() -> None:
    seed_demo(60)

    charged = ProductVideo.objects.aggregate(units=Sum("units_charged"))["units"]
    told = Submission.objects.aggregate(units=Sum("units_charged"))["units"]
    assert charged == told > Decimal(50)
    assert ledger.COSTS


def test_one_can_be_deleted_without_harm_to_the_others(django_capture_on_commit_callbacks: Any) -> None:
    seed_demo(30)
    first, second = ProductVideo.objects.filter(stage=Stage.COMPLETE)[:2]

    with django_capture_on_commit_callbacks(execute=True):
        services.delete_video(video=first)

    assert not default_storage.exists(str(first.file.name))
    assert default_storage.size(str(second.file.name)) == second.size_bytes


def test_some_takes_are_chosen_and_takes_are_counted() -> None:
    seed_demo(36)

    assert Scene.objects.filter(chosen__isnull=False).exists()
    assert Scene.objects.aggregate(takes=Sum("takes"))["takes"] == 36


def test_beside_real_keys_it_makes_nothing(settings: Any) -> None:
    settings.PRACTICE_MODE = False

    with pytest.raises(CommandError, match="Kling keys"):
        seed_demo(3)

    assert not ProductVideo.objects.exists()


@pytest.mark.parametrize("count", [0, -1, 100_001])
def test_a_strange_number_is_refused_with_the_numbers_that_go(count: int) -> None:
    with pytest.raises(CommandError, match="from 1 to 100000"):
        seed_demo(count)
