"""A persona's month: every unit is counted once, from the approval to Kling's bill, whatever happens on the way."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone
from factories import REAL_HOST, make_account, make_persona, make_product, make_scene, make_video
from kling_host import KlingHost, kling_host, refusal
from passing_time import always, let_time_pass

import kling
from personas.models import Persona
from productvideo import ledger, pipeline, restores, services
from productvideo.models import KlingAccount, Product, ProductVideo, Submission
from productvideo.querysets import now
from productvideo.services import Level, SeenScene
from productvideo.states import Stage

__all__ = ["kling_host"]
pytestmark = pytest.mark.django_db
CLIP = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)
NOTHING, ONE, TWO = Decimal(0), Decimal("1.5"), Decimal(3)


@pytest.fixture
def account(kling_host: KlingHost) -> KlingAccount:
    account = make_account()
    restores.notice(account)
    KlingAccount.objects.update(listed_at=now())
    return account


@pytest.fixture
def persona(db: None) -> Persona:
    return make_persona(name="Nord", monthly_units=Decimal(15))


@pytest.fixture
def product(persona: Persona) -> Product:
    product = make_product(persona)
    make_scene(product)
    return product


def approve(product: Product) -> ProductVideo:
    [scene] = product.scenes.all()
    [video] = services.approve(product=product, scenes=[SeenScene.of(scene)], settings=CLIP)
    return video


def used(persona: Persona, *, simulated: bool = False) -> Decimal:
    return ledger.units_this_month(persona, simulated=simulated)


def sent(kling_host: KlingHost, product: Product) -> tuple[ProductVideo, dict[str, Any]]:
    """Approve and send a video; return it with its task."""
    video = approve(product)
    pipeline.submit(always)
    video.refresh_from_db()
    return video, kling_host.tasks[video.task_id]


def read_list() -> None:
    KlingAccount.objects.update(list_due_at=now())
    pipeline.check(always)


def last_month() -> datetime:
    return timezone.now().astimezone(UTC).replace(day=1, hour=0, minute=0, second=0) - timedelta(minutes=1)


def test_an_approval_reserves_the_list_price(account: KlingAccount, product: Product, persona: Persona) -> None:
    approve(product)

    assert used(persona) == ONE


@pytest.mark.parametrize(
    "columns",
    [
        {"stage": Stage.QUEUED},
        {"stage": Stage.SUBMITTING},
        {"stage": Stage.RENDERING, "task_id": "1"},
        {"stage": Stage.STORING, "task_id": "1", "rendered_at": now()},
    ],
)
def test_what_the_ledger_has_no_charge_for_stays_reserved(
    account: KlingAccount, product: Product, persona: Persona, columns: dict[str, Any]
) -> None:
    make_video(product.scenes.get(), account, **columns)

    assert used(persona) == ONE


def test_a_sending_without_a_clear_answer_stays_reserved_once_however_often_it_is_sent(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    kling_host.next_creates.extend([refusal(500, 5000), refusal(500, 5000)])
    approve(product)
    pipeline.submit(always)
    for _ in range(4):
        let_time_pass(200)
        KlingAccount.objects.update(listed_at=now())
        pipeline.submit(always)

    assert Submission.objects.filter(kind="order").count() > 1
    assert used(persona) == ONE


def test_every_step_of_a_video_counts_it_once(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    counted = [used(persona)]
    video, task = sent(kling_host, product)
    counted.append(used(persona))
    kling_host.succeed(task)
    read_list()
    counted.append(used(persona))
    ProductVideo.objects.filter(pk=video.pk).update(stage=Stage.FAILED, due_at=None, error_code="kling_copy_gone")
    counted.append(used(persona))

    assert counted == [NOTHING, ONE, ONE, ONE]


@pytest.mark.parametrize("charged", ["1", "2.25", "0"])
def test_it_is_settled_with_what_kling_charged(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona, charged: str
) -> None:
    _, task = sent(kling_host, product)
    kling_host.succeed(task, units=charged)

    read_list()

    assert used(persona) == Decimal(charged)


def test_a_film_whose_charge_kling_does_not_say_counts_at_its_list_price(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    _, task = sent(kling_host, product)
    kling_host.succeed(task)
    del task["final_unit_deduction"]

    read_list()

    assert used(persona) == ONE


def test_what_fails_at_kling_is_released(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    _, task = sent(kling_host, product)
    kling_host.fail(task, "no")

    read_list()

    assert used(persona) == NOTHING


def test_what_kling_refuses_is_released(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    kling_host.next_creates.append(refusal(400, 1201, "bad prompt"))
    approve(product)

    pipeline.submit(always)

    assert ProductVideo.objects.get().stage == Stage.FAILED
    assert used(persona) == NOTHING


def test_what_is_cancelled_is_released(account: KlingAccount, product: Product, persona: Persona) -> None:
    services.cancel(video=approve(product))

    assert used(persona) == NOTHING


def test_a_refused_approval_reserves_nothing(account: KlingAccount, product: Product, persona: Persona) -> None:
    Persona.objects.update(monthly_units=1)

    with pytest.raises(services.BudgetError):
        approve(product)

    assert used(persona) == NOTHING


def test_a_retake_reserves_again(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    video, task = sent(kling_host, product)
    kling_host.succeed(task)
    read_list()
    video.refresh_from_db()

    services.retake(video=video, seen=SeenScene.of(product.scenes.get()))

    assert used(persona) == TWO


def test_deleting_gives_nothing_back(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    video, task = sent(kling_host, product)
    kling_host.succeed(task)
    read_list()
    ProductVideo.objects.filter(pk=video.pk).update(stage=Stage.FAILED, due_at=None)
    video.refresh_from_db()

    services.delete_video(video=video)

    assert used(persona) == ONE


# Lost and found.


def lose(kling_host: KlingHost, video: ProductVideo) -> None:
    kling_host.listed = kling_host.found = False
    ProductVideo.objects.update(missing_since=now() - timedelta(hours=1), due_at=now())
    read_list()
    video.refresh_from_db()
    kling_host.listed = kling_host.found = True


def test_what_was_lost_at_kling_counts_at_its_list_price(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    video, _ = sent(kling_host, product)

    lose(kling_host, video)

    assert video.error_code == "lost_at_kling"
    assert used(persona) == ONE


def test_what_never_ended_counts_at_its_list_price(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    video, _ = sent(kling_host, product)
    kling_host.listed = False
    ProductVideo.objects.update(submitted_at=now() - timedelta(days=31), due_at=now())

    read_list()

    video.refresh_from_db()
    assert video.error_code == "never_ended"
    assert used(persona) == ONE


@pytest.mark.parametrize("charged", ["1", "2.25"])
def test_what_was_lost_and_is_found_again_counts_once_and_as_kling_says(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona, charged: str
) -> None:
    video, task = sent(kling_host, product)
    lose(kling_host, video)
    awaited = make_video(account=account)  # else nobody would read the list
    read_list()
    found = used(persona)
    kling_host.succeed(task, units=charged)
    read_list()

    assert ProductVideo.objects.get(pk=video.pk).stage == Stage.STORING
    assert (found, used(persona), used(awaited.persona)) == (ONE, Decimal(charged), ONE)


def test_what_was_lost_and_is_found_failed_is_released(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    video, task = sent(kling_host, product)
    lose(kling_host, video)
    make_video(account=account)
    kling_host.fail(task, "no")

    read_list()

    assert used(persona) == NOTHING


def test_a_task_that_a_restored_backup_has_forgotten_counts_once(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    video = approve(product)
    task = kling_host.make_task(str(video.pk))
    read_list()
    adopted = used(persona)
    kling_host.succeed(task)
    read_list()

    assert Submission.objects.filter(kind="order").count() == 1
    assert (adopted, used(persona)) == (ONE, ONE)


def test_a_worker_that_died_between_the_task_and_its_line_in_the_ledger_hides_no_charge(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    video, task = sent(kling_host, product)
    Submission.objects.update(outcome="unclear", task_id="")
    before = used(persona)
    kling_host.succeed(task, units="2.25")

    read_list()

    assert (before, used(persona)) == (ONE, Decimal("2.25"))
    line = Submission.objects.get(kind="order")
    assert (line.outcome, line.task_id) == ("adopted", video.task_id)


def test_a_worker_that_died_between_kling_s_yes_and_the_video_counts_it_once(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    video, _ = sent(kling_host, product)
    ProductVideo.objects.filter(pk=video.pk).update(stage=Stage.SUBMITTING, task_id="")

    assert used(persona) == ONE


def test_a_task_with_two_lines_is_charged_once(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    video, task = sent(kling_host, product)
    ledger.record_sending(video)  # as after an answer that was found too late
    ledger.record_adopted([video])
    kling_host.succeed(task)

    read_list()

    assert used(persona) == ONE


def test_two_tasks_that_kling_took_for_one_video_count_twice(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    video, _ = sent(kling_host, product)
    second = ledger.record_sending(video)
    Submission.objects.filter(pk=second.pk).update(outcome="accepted", task_id="another")

    assert used(persona) == TWO


# The month.


def test_what_was_sent_last_month_counts_there_whenever_it_is_charged(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    _, task = sent(kling_host, product)
    Submission.objects.update(sent_at=last_month())
    while_made = used(persona)
    kling_host.succeed(task)
    read_list()

    assert (while_made, used(persona)) == (NOTHING, NOTHING)


def test_what_waits_over_the_end_of_a_month_counts_in_the_one_that_is_running(
    account: KlingAccount, product: Product, persona: Persona
) -> None:
    approve(product)
    ProductVideo.objects.update(created_at=last_month())
    waiting = used(persona)
    pipeline.submit(always)

    assert (waiting, used(persona)) == (ONE, ONE)


def test_a_forgotten_task_counts_in_the_month_of_its_order(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    video = approve(product)
    ProductVideo.objects.update(created_at=last_month())
    kling_host.make_task(str(video.pk))

    read_list()

    assert used(persona) == NOTHING


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago"])
@pytest.mark.parametrize(
    "moment", [datetime(2026, 1, 31, 23, 30, tzinfo=UTC), datetime(2026, 1, 1, 0, 30, tzinfo=UTC)]
)
def test_the_month_is_the_same_for_everybody_who_looks(persona: Persona, zone: str, moment: datetime) -> None:
    Persona.objects.update(created_at=moment)

    with timezone.override(zone):
        [began] = Persona.objects.values_list(ledger.beginning_of_month(F("created_at")), flat=True)

    assert began == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "counted"), [(0, ONE), (-1, NOTHING)])
def test_the_month_begins_at_midnight(
    account: KlingAccount, kling_host: KlingHost, product: Product, persona: Persona, seconds: int, counted: Decimal
) -> None:
    sent(kling_host, product)
    first = timezone.now().astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)

    Submission.objects.update(sent_at=first + timedelta(seconds=seconds))

    assert used(persona) == counted


def test_practice_and_real_months_are_apart(account: KlingAccount, product: Product, persona: Persona) -> None:
    sandbox = make_account(host="sandbox", simulated=True)
    make_video(product.scenes.get(), account)
    for _ in range(2):
        make_video(product.scenes.get(), sandbox)

    assert (used(persona), used(persona, simulated=True)) == (ONE, TWO)


def test_other_real_accounts_share_the_month(account: KlingAccount, product: Product, persona: Persona) -> None:
    for host in (REAL_HOST, "https://another.test"):
        make_video(product.scenes.get(), make_account(host=host))

    assert used(persona) == TWO


def test_the_months_of_many_personas_are_read_at_once(account: KlingAccount, django_assert_num_queries: Any) -> None:
    personas = [make_persona(monthly_units=10) for _ in range(4)]
    for persona in personas[:2]:
        video = make_video(make_scene(make_product(persona)), account)
        ledger.record_adopted([video, make_video(make_scene(make_product(persona)), account)])
        make_video(make_scene(make_product(persona)), account)

    with django_assert_num_queries(1):
        budgets = services.budgets_of(personas, simulated=False)

    assert [budgets[persona.pk].used for persona in personas] == [Decimal("4.5"), Decimal("4.5"), NOTHING, NOTHING]


# What is said.


def month(used: str, *, needed: str = "0", limit: str = "15") -> services.Budget:
    return services.Budget(persona="Nord", limit=Decimal(limit), used=Decimal(used), needed=Decimal(needed))


@pytest.mark.parametrize(
    ("used", "needed", "level"),
    [
        ("11.99", "0", Level.FREE),
        ("12", "0", Level.NEAR),
        ("7.5", "4.4", Level.FREE),
        ("7.5", "4.5", Level.NEAR),
        ("14.99", "0", Level.NEAR),
        ("15", "0", Level.FULL),
        ("10.5", "4.5", Level.FULL),
        ("16", "0", Level.FULL),
    ],
)
def test_a_month_is_near_its_limit_from_80_percent_on_with_what_is_about_to_be_bought(
    used: str, needed: str, level: Level
) -> None:
    budget = month(used, needed=needed)

    assert budget.level is level
    assert bool(budget.warning) is (level is not Level.FREE)


def test_a_month_says_how_much_is_used() -> None:
    assert month("12").sentence == "Persona: 12 of 15 units used this month (80 %)"
    assert month("14.999").sentence == "Persona: 14.999 of 15 units used this month (99 %)"
    assert month("18", limit="10").left == NOTHING


def test_a_warning_says_what_this_purchase_would_bring() -> None:
    assert month("9", needed="4.5").warning == "This brings Nord to 13.5 of 15 units for this month (90 %)."
    assert month("13.5").warning.startswith("Nord has 1.5 of 15 units left this month; a new one begins on ")
    assert month("15").warning.startswith("Nord has used its 15 units for this month; a new one begins on ")


def test_what_goes_above_the_limit_says_what_can_be_done() -> None:
    budget = month("12", needed="4.5")

    assert budget.is_too_much
    assert budget.warning.startswith(
        "Nord has 3 of 15 units left this month; this costs 4.5. Approve fewer scenes, raise the persona's monthly"
        " limit, or wait until "
    )


def test_where_nothing_is_left_it_does_not_advise_to_buy_less() -> None:
    assert "has used its 15 units for this month; this costs 1.5. Raise" in month("15", needed="1.5").warning


def test_a_limit_of_nothing_is_used_up_from_the_start() -> None:
    assert month("0", limit="0").level is Level.FULL
    assert month("0", limit="0").share == "0 of 0 units (100 %)"


def test_without_a_limit_there_is_no_budget(db: None) -> None:
    assert services.budget_of(make_persona(), simulated=False) is None
    assert services.require_budget(make_persona(), Decimal(10**6), simulated=False) is None


def test_what_kling_charged_above_the_list_price_is_missing_from_the_next_approval(
    kling_host: KlingHost, account: KlingAccount, product: Product, persona: Persona
) -> None:
    Persona.objects.update(monthly_units=TWO)
    _, task = sent(kling_host, product)
    kling_host.succeed(task, units="2")
    read_list()

    with pytest.raises(services.BudgetError, match="1 of 3 units left"):
        approve(product)
