"""Whether the worker and beat are alive can be told though nothing waits."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from config.celery import app
from productvideo import heartbeats, tasks
from productvideo.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def new_process() -> None:
    heartbeats.forget()


def test_a_tick_is_a_sign_of_life_of_the_worker() -> None:
    before = heartbeats.pulses()[heartbeats.WORKER]

    tasks.write()

    assert before.at is None and not before.is_alive
    assert heartbeats.pulses()[heartbeats.WORKER].is_alive


def test_beat_says_itself_that_it_is_alive() -> None:
    scheduler = import_string(settings.CELERY_BEAT_SCHEDULER.replace(":", "."))(app=app, lazy=True)

    scheduler.tick()

    assert heartbeats.pulses()[heartbeats.BEAT].is_alive


def test_after_a_minute_of_silence_it_is_taken_for_dead() -> None:
    heartbeats.note(heartbeats.WORKER)
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=61))

    assert not heartbeats.pulses()[heartbeats.WORKER].is_alive


def test_it_is_written_every_ten_seconds_at_most(django_assert_num_queries) -> None:
    heartbeats.note(heartbeats.WORKER)

    with django_assert_num_queries(0):
        heartbeats.note(heartbeats.WORKER)


def test_a_second_process_writes_only_what_is_older() -> None:
    heartbeats.note(heartbeats.WORKER)
    first = Heartbeat.objects.get().at
    heartbeats.forget()
    heartbeats.note(heartbeats.WORKER)
    same = Heartbeat.objects.get().at
    Heartbeat.objects.update(at=first - timedelta(seconds=20))
    heartbeats.forget()
    heartbeats.note(heartbeats.WORKER)

    assert same == first
    assert Heartbeat.objects.get().at >= first
