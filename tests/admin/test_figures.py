"""The figures of a month: from the ledger, by persona, practice and real apart, each number with its list."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from factories import (
    make_account,
    make_complete_video,
    make_person,
    make_persona,
    make_product,
    make_scene,
    make_staff,
    make_video,
)
from many_videos import make_videos

from personas.models import Persona
from productvideo import heartbeats, ledger
from productvideo.admin.figures_month import ShownMonth, read_month, shown_months, this_month
from productvideo.admin.plots import bars, curve
from productvideo.models import Heartbeat, ProductVideo, Submission
from productvideo.roles import Role

pytestmark = pytest.mark.django_db
FIGURES = "/admin/productvideo/product/figures/"


@pytest.fixture
def persona() -> Persona:
    return make_persona(name="Nord")


@pytest.fixture
def spender(persona: Persona, client: Client) -> Client:
    client.force_login(make_person(Role.SPENDER, persona))
    return client


def page(client: Client, **query: str) -> str:
    answer = client.get(FIGURES, query)
    assert answer.status_code == 200
    return answer.content.decode()


def spend(persona: Persona, units: str, at: datetime, *, simulated: bool = True, charged: str | None = None) -> None:
    video = make_complete_video(make_scene(make_product(persona)))
    Submission.objects.create(
        video_id=video.pk,
        host="sandbox",
        simulated=simulated,
        persona_key=persona.pk,
        persona=persona.name,
        outcome=Submission.Outcome.ACCEPTED,
        units_estimated=Decimal(units),
        units_charged=Decimal(units if charged is None else charged),
        sent_at=at,
    )


def in_month(text: str, day: int = 10) -> datetime:
    year, month = map(int, text.split("-"))
    return datetime(year, month, day, 12, tzinfo=UTC)


# The month.


def test_a_month_is_read_from_the_address_and_nonsense_is_the_running_one() -> None:
    assert read_month("2025-12") == ShownMonth(2025, 12)
    assert {read_month(text) for text in ("", "2025-13", "٢٠٢٥-12", "2099-01", "november")} == {this_month()}


def test_a_month_ends_where_the_next_begins() -> None:
    december = ShownMonth(2025, 12)

    assert (december.end, december.next.before) == (datetime(2026, 1, 1, tzinfo=UTC), december)
    assert (december.days, december.last_day.day, december.days_so_far) == (31, 31, 31)


def test_the_months_to_pick_begin_with_the_first_order(persona: Persona) -> None:
    spend(persona, "1", timezone.now() - timedelta(days=70))

    months = shown_months()

    assert months[0] == this_month() and len(months) in (3, 4)


# The numbers.


def test_what_was_spent_is_told_by_persona_as_money_and_units(spender: Client, persona: Persona) -> None:
    Persona.objects.update(monthly_units=Decimal(10))
    spend(persona, "3", in_month("2026-01"))
    spend(persona, "4.5", in_month("2026-01", day=11))
    spend(persona, "9", in_month("2026-02"))

    html = page(spender, month="2026-01")

    assert "Figures of January 2026" in html
    assert "$1.05" in html and "7.5 units" in html
    assert "7.5 of 10 units (75 %)" in html and "$1.26" not in html


def test_a_deleted_video_still_counts(spender: Client, persona: Persona) -> None:
    spend(persona, "3", in_month("2026-01"))
    ProductVideo.objects.all().delete()

    assert "$0.42" in page(spender, month="2026-01")


def test_success_is_of_what_kling_has_finished(spender: Client, persona: Persona) -> None:
    for charged in ("1.5", "1.5", "0"):
        spend(persona, "1.5", in_month("2026-01"), charged=charged)

    html = page(spender, month="2026-01")

    assert "66 %" in html and ">2</a>" in html and ">1</a>" in html


def test_practice_and_real_are_apart_and_what_there_is_none_of_is_not_shown(spender: Client, persona: Persona) -> None:
    spend(persona, "1", in_month("2026-01"))
    only_practice = page(spender, month="2026-01")
    spend(persona, "10", in_month("2026-01"), simulated=False)
    both = page(spender, month="2026-01")

    assert 'id="kind-practice"' in only_practice and 'id="kind-real"' not in only_practice
    assert both.index('id="kind-practice"') < both.index("$0.14") < both.index('id="kind-real"') < both.index("$1.40")


def test_what_waits_is_reserved_in_the_running_month(spender: Client, persona: Persona) -> None:
    make_video(make_scene(make_product(persona)), make_account(host="sandbox", simulated=True))

    assert "and $0.21 reserved" in page(spender)
    assert "reserved" not in page(spender, month="2026-01")


def test_nobody_sees_what_others_spend(spender: Client) -> None:
    spend(make_persona(name="Secret"), "1", in_month("2026-01"))

    html = page(spender, month="2026-01")

    assert "Secret" not in html and "Nothing was sent to Kling in this month." in html


def test_superusers_see_what_a_persona_spent_that_is_gone(client: Client, persona: Persona) -> None:
    spend(persona, "1", in_month("2026-01"))
    ProductVideo.objects.all().delete()
    persona.products.all().delete()
    persona.delete()
    client.force_login(make_staff())

    assert "Nord" in page(client, month="2026-01")


def test_every_number_leads_to_its_list_with_the_filter_in_the_address(spender: Client, persona: Persona) -> None:
    spend(persona, "1", in_month("2026-01"))

    html = page(spender, month="2026-01").replace("&amp;", "&")

    ledger_list = reverse("admin:productvideo_submission_changelist")
    assert f'href="{ledger_list}?sent_at__gte=2026-01-01T00%3A00%3A00%2B00%3A00&' in html
    assert f"persona_key={persona.pk}" in html
    links = [part.split('"')[0] for part in html.split('href="')[1:] if "2026-01-01" in part.split('"')[0]]
    assert len(links) >= 6
    for link in links:
        assert spender.get(link).status_code == 200, link


def test_who_may_not_read_the_ledger_is_led_to_the_videos(client: Client, persona: Persona) -> None:
    spend(persona, "1", in_month("2026-01"))
    client.force_login(make_person(Role.VIEWER, persona))

    assert f'href="{reverse("admin:productvideo_submission_changelist")}?' not in page(client, month="2026-01")


def test_the_middle_wait_is_told_for_each_model(spender: Client, persona: Persona) -> None:
    make_videos(3, scene=make_scene(make_product(persona)))

    html = page(spender)

    assert "Kling 2.5 Turbo" in html and "1 min 30 s" in html and "1 min 35 s" in html


def test_a_model_has_one_line_whichever_of_its_names_its_videos_have(spender: Client, persona: Persona) -> None:
    make_videos(4, scene=make_scene(make_product(persona)))
    newest = ProductVideo.objects.order_by("-created_at")[:2]
    ProductVideo.objects.filter(pk__in=[video.pk for video in newest]).update(model_name="kling-2.5-turbo")

    html = page(spender)

    assert html.count("Kling 2.5 Turbo") == 1
    assert "model=kling-v2-5-turbo" in html


def test_the_plot_has_a_table_that_says_the_same(spender: Client, persona: Persona) -> None:
    spend(persona, "2", in_month("2026-01", day=9))

    html = page(spender, month="2026-01")

    assert "<title>January 9: $0.28</title>" in html and html.count("<rect x=") >= 31
    assert '<th scope="row">January 9</th><td>$0.28</td><td>$0.28</td>' in html


def test_worker_and_beat_are_told_of(spender: Client) -> None:
    never = page(spender)
    heartbeats.forget()
    heartbeats.note(heartbeats.BEAT)
    Heartbeat.objects.create(name=heartbeats.WORKER, at=timezone.now() - timedelta(minutes=5))
    html = page(spender)

    assert never.count("never heard of") == 2
    assert "alive" in html and "last heard of" in html and "celery -A config worker" in html


# What is drawn.


def test_the_highest_bar_fills_the_plot() -> None:
    low, high, none = bars([Decimal(1), Decimal(4), Decimal(0)], ["a", "b", "c"])

    assert (low.height, high.height, none.height) == ("25.0", "100.0", "0.0")
    assert (low.y, high.y) == ("75.0", "0.0") and low.x < high.x < none.x


def test_a_curve_rises_day_by_day_below_its_limit() -> None:
    drawn = curve([Decimal(1), Decimal(1)], limit=Decimal(4), days=30)

    assert drawn.line == "0,100.0 10,75.0 20,50.0"
    assert (drawn.limit, drawn.width) == ("0.0", 300)


def test_a_limit_that_was_passed_lies_within_the_plot() -> None:
    assert curve([Decimal(8)], limit=Decimal(4), days=30).limit == "50.0"
    assert curve([], limit=None, days=30).limit is None


def test_days_are_by_utc(persona: Persona) -> None:
    spend(persona, "1", datetime(2026, 1, 31, 23, 59, tzinfo=UTC))
    spend(persona, "1", datetime(2026, 2, 1, 0, 0, tzinfo=UTC))
    january = ShownMonth(2026, 1)

    with timezone.override("Pacific/Auckland"):
        [day] = ledger.days_of(january.start, january.end, personas=[persona.pk])

    assert day.day.isoformat() == "2026-01-31" and day.units == 1
