"""The line of waiting videos: told places are the order in which videos really go."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import make_persona, make_product, make_scene, make_video

from personas.models import Persona
from productvideo.line import next_in_line, places_in_line
from productvideo.models import KlingAccount, ProductVideo
from productvideo.querysets import now
from productvideo.states import Stage

pytestmark = pytest.mark.django_db


def wait(account: KlingAccount, persona: Persona) -> ProductVideo:
    return make_video(make_scene(make_product(persona)), account)


def test_one_persona_s_videos_go_oldest_first(account: KlingAccount) -> None:
    persona = make_persona()
    videos = [wait(account, persona) for _ in range(3)]

    places = places_in_line(account)

    assert [places[video.pk] for video in videos] == [1, 2, 3]


def test_a_persona_with_nothing_at_kling_comes_before_one_that_has_plenty(account: KlingAccount) -> None:
    busy, idle = make_persona(), make_persona()
    first, second = wait(account, busy), wait(account, busy)
    late = wait(account, idle)
    make_video(make_scene(make_product(busy)), account, stage=Stage.RENDERING, task_id="900")

    places = places_in_line(account)

    assert (places[late.pk], places[first.pk], places[second.pk]) == (1, 2, 3)


def test_the_told_places_are_the_order_in_which_videos_go(account: KlingAccount) -> None:
    personas = [make_persona() for _ in range(3)]
    for persona in [personas[0]] * 4 + [personas[1]] * 2 + [personas[2]]:
        wait(account, persona)
    places = places_in_line(account)

    gone = []
    while video := next_in_line(account):
        gone.append(video.pk)
        ProductVideo.objects.filter(pk=video.pk).update(
            stage=Stage.RENDERING, task_id=f"task-{len(gone)}", updated_at=now()
        )

    assert gone == sorted(places, key=lambda video: places[video])
    assert sorted(places.values()) == [1, 2, 3, 4, 5, 6, 7]


def test_finding_the_next_one_counts_what_is_at_kling_once_and_not_for_each_that_waits(account: KlingAccount) -> None:
    persona = make_persona()
    first, *_ = [wait(account, persona) for _ in range(3)]

    with CaptureQueriesContext(connection) as asked:
        found = next_in_line(account)

    assert found == first
    assert len(asked) == 3
    assert [query["sql"].count("SELECT") for query in asked] == [1, 1, 1]  # no subquery
