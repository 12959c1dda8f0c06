"""A visit ends after half an hour of silence; what came since the end of the last one is new."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from factories import make_staff

from productvideo import services
from productvideo.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return make_staff(username="anna")


def silent_for(minutes: float) -> None:
    Visit.objects.update(seen_at=timezone.now() - timedelta(minutes=minutes))


def note(user: User) -> None:
    services.note_visit(user, at_once=True)


def test_on_the_first_visit_nothing_is_new(anna: User) -> None:
    note(anna)

    assert services.end_of_last_visit(anna) is None


def test_a_short_silence_goes_on_with_the_same_visit(anna: User) -> None:
    note(anna)
    silent_for(29)
    note(anna)

    assert services.end_of_last_visit(anna) is None
    assert Visit.objects.get().seen_at > timezone.now() - timedelta(minutes=1)


def test_after_a_long_silence_the_last_visit_ended_where_it_was_heard_of_last(anna: User) -> None:
    note(anna)
    silent_for(31)
    ended = Visit.objects.get().seen_at
    note(anna)

    assert services.end_of_last_visit(anna) == ended


def test_a_busy_person_is_written_down_once_a_minute(anna: User, client: Client, django_assert_num_queries) -> None:
    client.force_login(anna)

    with django_assert_num_queries(0):
        for _ in range(5):
            services.note_visit(anna)


def test_what_an_open_page_asks_by_itself_is_no_visit(anna: User, client: Client) -> None:
    client.force_login(anna)
    Visit.objects.all().delete()
    services.visits._written.clear()

    client.get(reverse("admin:index"), headers={"HX-Request": "true"})
    by_itself = Visit.objects.exists()
    client.get(reverse("admin:index"))

    assert not by_itself and Visit.objects.filter(user=anna).exists()


def test_signing_in_begins_a_visit(anna: User, client: Client) -> None:
    client.force_login(anna)

    assert Visit.objects.filter(user=anna).exists()
