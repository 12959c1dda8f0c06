"""How long clips usually take: told from our own history, in numbers that people can read."""

from datetime import UTC, datetime, timedelta

import pytest
from factories import make_account, make_complete_video

import kling
from productvideo.models import ProductVideo
from productvideo.pace import BEFORE_ANY_HISTORY, usual_pace

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
USUAL = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)


def took(*seconds: float, **columns: object) -> None:
    for each in seconds:
        video = make_complete_video(**columns)
        ProductVideo.objects.filter(pk=video.pk).update(accepted_at=NOON, rendered_at=NOON + timedelta(seconds=each))


def test_before_five_clips_it_is_said_to_take_1_to_5_minutes() -> None:
    took(10, 10, 10, 10)

    assert usual_pace(USUAL, simulated=False) == BEFORE_ANY_HISTORY
    assert str(BEFORE_ANY_HISTORY) == "1 to 5 min"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        ([62, 70, 80, 95, 110], "1 to 2 min"),
        ([21, 23, 28, 34, 39], "20 to 40 s"),
        ([45, 48, 60, 90, 100], "40 s to 2 min"),
        ([2, 2, 2, 2, 2], "5 to 10 s"),
        ([60, 60, 60, 60, 60], "50 to 60 s"),
        ([120, 120, 120, 120, 120], "1 to 2 min"),
        ([200, 240, 280, 300, 320], "4 to 6 min"),
        ([90, 95, 100, 110, 3000], "1 to 31 min"),
    ],
)
def test_the_middle_of_our_own_history_is_told_in_round_numbers(seconds: list[float], words: str) -> None:
    took(*seconds)

    assert str(usual_pace(USUAL, simulated=False)) == words


def test_one_slow_clip_among_many_is_not_what_is_usual() -> None:
    took(*[70] * 12, 3000)

    assert str(usual_pace(USUAL, simulated=False)) == "1 to 2 min"


def test_practice_and_other_settings_say_nothing_about_the_real_thing() -> None:
    took(20, 20, 20, 20, 20, account=make_account(host="sandbox", simulated=True))
    took(20, 20, 20, 20, 20, mode="pro")

    assert usual_pace(USUAL, simulated=False) == BEFORE_ANY_HISTORY
    assert str(usual_pace(USUAL, simulated=True)) == "10 to 20 s"


def test_it_is_exceeded_by_what_takes_longer_than_most() -> None:
    assert not BEFORE_ANY_HISTORY.is_exceeded_by(timedelta(minutes=5))
    assert BEFORE_ANY_HISTORY.is_exceeded_by(timedelta(minutes=5, seconds=1))
