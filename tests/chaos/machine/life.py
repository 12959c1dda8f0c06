"""Any life: people approve, workers tick, die, freeze and wake, Kling answers or does not, backups are restored."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.test import override_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from machine import promises
from machine.model import UNITS
from machine.processes import Fate
from machine.unruly_kling import Film, Order, Read
from machine.world import STEPS, World

import kling
from productvideo import accounts, reconcile, services
from productvideo.models import Product, ProductVideo, Scene, Submission
from productvideo.states import FINISHED, Stage

SETTINGS = kling.Settings(model_name="kling-v2-5-turbo", mode=kling.Mode.STD, duration=5)
ORDER_ENDS = 40.0  # seconds: what a process may sleep before it sends, and an order's deadline
LOOK_AGAIN = 16.0  # seconds after which a video without an answer is looked for again
ARRIVES_WITHIN = 29.0  # seconds: an answer that comes later than the deadline of 30 s is none

# Kling hides a new task for less than KLING_RESEND_AFTER (120 s), counted from when it took the order.
hidden_for = st.sampled_from([0, 0, 5, 60, 119, 119])
some_scenes = st.sets(st.integers(0, 2), min_size=1)
workers = st.sampled_from(["A", "B"])
times = st.sampled_from([1, 5, 16, 46, 61, 125, 600, 7200])
statuses = st.sampled_from(["processing", "succeed", "succeed", "failed"])
waits = st.lists(st.sampled_from([16, 46, 46, 61]), max_size=5)
numbers = st.integers(0, 7)
meanwhile = st.lists(
    st.one_of(times, st.sampled_from(["work", "work", "die", "Kling", "delete", "back up", "restore"])),
    min_size=1,
    max_size=8,
)


class Life(RuleBasedStateMachine):
    """One life in `world`, which the test provides."""

    world: ClassVar[World]

    @initialize(repeats=st.sampled_from([True, True, False]), hidden=hidden_for, slots=st.sampled_from([2, 5, 20]))
    def begin(self, repeats: bool, hidden: float, slots: int) -> None:
        settings.KLING_MAX_PARALLEL = slots
        self.world.start_afresh(repeats=repeats, hidden=hidden)
        self.videos: list[ProductVideo] = []  # as they were after the last step
        assert self._approve(0, self._seen(0, {0, 1, 2}))

    # What people do.

    @rule(product=numbers, scenes=some_scenes, again=st.booleans())
    def approve(self, product: int, scenes: set[int], again: bool) -> None:
        """Approve what there is; and the very same once more, as a double click does."""
        seen = self._seen(product, scenes)
        assert self._approve(product, seen)
        if again:
            assert not self._approve(product, seen)

    @rule(product=numbers, scenes=some_scenes, dies_at=st.integers(0, 12))
    def approve_in_vain(self, product: int, scenes: set[int], dies_at: int) -> None:
        """One scene is no longer as it was seen, and nothing at all is bought; or the approving process dies."""
        seen = self._seen(product, scenes)
        if dies_at:
            self._approve(product, seen, Fate(at=dies_at))
        else:
            seen[0] = services.SeenScene(scene_id=seen[0].scene_id, version=1, takes=seen[0].takes + 1)
            assert not self._approve(product, seen)

    @precondition(lambda self: self.some(*FINISHED))
    @rule(number=numbers)
    def retake(self, number: int) -> None:
        video = self._pick(number, *FINISHED)
        seen = services.SeenScene.of(Scene.objects.get(pk=video.scene_id))
        with self.world.processes["web"].at_work():
            another = services.retake(video=video, seen=seen, units=UNITS)
        self.world.model.approve([seen.scene_id], [str(another.pk)], persona=another.persona_id)

    @precondition(lambda self: self.some(Stage.QUEUED))
    @rule(number=numbers)
    def cancel(self, number: int) -> None:
        video = services.cancel(video=self._pick(number, Stage.QUEUED))
        self.world.model.cancelled.add(str(video.pk))

    @precondition(lambda self: self.some(*FINISHED))
    @rule(number=numbers)
    def delete(self, number: int) -> None:
        video = self._pick(number, *FINISHED)
        self.world.model.deleted.add(str(video.pk))
        services.delete_video(video=video)

    # What workers do.

    @rule(seconds=times)
    def everybody_works(self, seconds: float) -> None:
        self.world.clock.let_pass(seconds)
        self.world.everybody_works()

    @rule(who=workers, steps=st.lists(st.sampled_from(list(STEPS)), min_size=1, max_size=4))
    def work(self, who: str, steps: list[str]) -> None:
        self.world.work(who, *steps)

    @rule(who=workers, seconds=times, at=st.integers(1, 25))
    def die(self, who: str, seconds: float, at: int) -> None:
        self.world.clock.let_pass(seconds)
        self.world.work(who, fate=Fate(at=at))

    @rule(who=workers, seconds=times, at=st.integers(1, 8), meanwhile=meanwhile)
    def freeze_and_wake(self, who: str, seconds: float, at: int, meanwhile: list[str | float]) -> None:
        self.world.clock.let_pass(seconds)
        self.world.work(who, fate=Fate(at=at, meanwhile=lambda: self._go_on("B" if who == "A" else "A", meanwhile)))

    @rule(who=workers, late=st.floats(0, ARRIVES_WITHIN), dies=st.booleans(), waits=waits)
    def send_over_a_slow_line(self, who: str, late: float, dies: bool, waits: list[float]) -> None:
        """Others work while an order is under way: it is taken late, and answered in time, perhaps to nobody."""
        self._have_something_to_send()
        host, fate, other = self.world.kling, Fate(), "B" if who == "A" else "A"

        def on_its_way() -> None:
            self.world.clock.let_pass(late)
            self.world.work(other)
            host.on_taken = fate.kill if dies else None

        host.on_its_way = on_its_way
        self.world.work(who, fate=fate)
        host.on_its_way = host.on_taken = None
        self._work_after(waits, other)

    @rule()
    def a_thousand_ticks_at_once(self) -> None:
        """Well, nine: without time passing, the list is read once at most."""
        self.world.kling.calm_down()  # the client repeats a read that fails
        before = self._lists_read()

        for number in range(9):
            self.world.work("AB"[number % 2], list(STEPS)[number % 3])

        assert self._lists_read() <= before + 1

    @rule(who=st.sampled_from(["A", "B", "web"]), times=st.integers(0, 3))
    def restart_and_call_back(self, who: str, times: int) -> None:
        """A callback from Kling may make the list due, and nothing else."""
        self.world.processes[who].restart()
        with self.world.processes["web"].at_work():
            for _ in range(times):
                accounts.current_account().bring_list_forward()

    # What the world does.

    @rule(who=workers, orders=st.lists(st.sampled_from(Order), min_size=1, max_size=3), waits=waits)
    def trouble_orders(self, who: str, orders: list[Order], waits: list[float]) -> None:
        self.world.kling.orders.extend(orders)
        self.world.work(who)
        self._work_after(waits, who)

    @rule(reads=st.lists(st.sampled_from(Read), max_size=4), films=st.lists(st.sampled_from(Film), max_size=2))
    def trouble_what_is_read(self, reads: list[Read], films: list[Film]) -> None:
        self.world.kling.troubled_reads.extend(reads)
        self.world.kling.films.extend(films)

    @precondition(lambda self: self.world.kling.unended)
    @rule(number=numbers, status=statuses)
    def kling_moves_on(self, number: int, status: str) -> None:
        unended = self.world.kling.unended
        self.world.kling.move_on(unended[number % len(unended)], status)

    @rule()
    def back_up(self) -> None:
        self.world.back_up()

    @precondition(lambda self: self.world.kept)
    @rule(quickly=st.booleans())
    def restore(self, quickly: bool) -> None:
        self._restore(least=1 if quickly else 600)

    @rule(who=workers, other=workers, seconds=st.sampled_from([1, 5, 20]))
    def fail_over(self, who: str, other: str, seconds: float) -> None:
        """The database is replaced by a copy that lacks what was committed last."""
        self._have_something_to_send()
        self.world.back_up()
        self.world.clock.let_pass(seconds)
        self.world.work(who)
        self._restore(least=1)
        self.world.work(other)

    # What must hold.

    @invariant()
    def promises_hold(self) -> None:
        videos = self.videos = list(ProductVideo.objects.order_by("created_at", "pk"))
        promises.nothing_is_paid_twice(self.world.kling)
        promises.no_slot_is_taken_too_many(self.world.kling, self.world.model)
        promises.rows_are_what_the_model_says(self.world.model)
        promises.every_unfinished_row_is_due_once(videos)
        promises.what_is_complete_has_its_film(videos, self.world.model, self.world.looked_at)
        promises.what_ended_is_charged_once(videos)

    def teardown(self) -> None:
        """All trouble ends, time passes: everything comes to its end, within so many rounds."""
        if sys.exception() is not None:
            return  # this life has gone wrong already
        self.world.kling.calm_down()
        with override_settings(KLING_MAX_PARALLEL=1000):  # else it would take a round for every two videos
            self._come_to_rest()
            found = list(reconcile.compare(folder=None, byte_for_byte=True, say=str).mend())
            self.world.model.without_file.clear()
            self._come_to_rest()

        videos = list(ProductVideo.objects.all())
        self.promises_hold()
        promises.all_have_ended_for_a_true_reason(videos, self.world.kling, self.world.model)
        promises.orphans_are_told(found, self.world.kling, self.world.model)
        promises.months_are_as_the_bank_says(self.world.kling, self.world.model)
        promises.the_files_door_shows_whole_films_only(videos)
        self._count(videos)

    # How it is done.

    def _count(self, videos: list[ProductVideo]) -> None:
        self.world.tally += Counter(
            {
                "lives": 1,
                "films": sum(video.stage == Stage.COMPLETE for video in videos),
                "failures": sum(video.stage == Stage.FAILED for video in videos),
                "orders": len(self.world.kling.creates),
                "adoptions": Submission.objects.filter(outcome=Submission.Outcome.ADOPTED).count(),
                "orphans": len(self.world.model.orphans(self.world.kling.tasks.values())),
            }
        )

    def some(self, *stages: Stage) -> bool:
        return any(video.stage in stages for video in self.videos)

    def _pick(self, number: int, *stages: Stage) -> ProductVideo:
        videos = [video for video in self.videos if video.stage in stages]
        return ProductVideo.objects.get(pk=videos[number % len(videos)].pk)

    def _seen(self, product: int, scenes: set[int]) -> list[services.SeenScene]:
        there = list(self._product(product).scenes.order_by("pk"))
        return [services.SeenScene.of(there[number]) for number in sorted(scenes)]

    def _product(self, number: int) -> Product:
        products = list(Product.objects.order_by("pk"))
        return products[number % len(products)]

    def _approve(self, number: int, seen: list[services.SeenScene], fate: Fate | None = None) -> bool:
        """Approve and tell the model; False when it was refused. Whoever dies of it has bought all or nothing."""
        product, model = self._product(number), self.world.model
        price = UNITS * len(seen)

        def buy() -> None:
            services.approve(product=product, scenes=seen, settings=SETTINGS, units=Decimal(price))

        try:
            self.world.processes["web"].work(buy, fate)
        except services.StoryboardChangedError:
            return False
        bought = {str(pk) for pk in ProductVideo.objects.values_list("pk", flat=True)} - model.here
        assert len(bought) == len(seen) or (fate and fate.is_dead and not bought)
        if bought:
            model.approve([one.scene_id for one in seen], bought, persona=product.persona_id)
        return True

    def _go_on(self, other: str, events: list[str | float]) -> None:
        """Let things happen while a process is frozen."""
        deeds: dict[str, Callable[[], object]] = {
            "work": lambda: self.world.work(other),
            "die": self.world.processes[other].restart,
            "Kling": self._end_all_tasks,
            "delete": self._delete_one_video,
            "back up": self.world.back_up,
            "restore": lambda: self._restore(least=ORDER_ENDS),
        }
        for event in events:
            if isinstance(event, str):
                deeds[event]()
            else:
                self.world.clock.let_pass(event)

    def _have_something_to_send(self) -> None:
        """Let all workers believe the list, and then approve one more scene."""
        self.world.everybody_works()
        self.world.clock.let_pass(5)
        self.world.everybody_works()
        self.approve(product=0, scenes={0}, again=False)

    def _work_after(self, waits: list[float], who: str) -> None:
        for seconds in waits:
            self.world.clock.let_pass(seconds)
            self.world.work(who)

    def _end_all_tasks(self) -> None:
        for task in self.world.kling.unended:
            self.world.kling.move_on(task, "succeed")

    def _delete_one_video(self) -> None:
        for video in ProductVideo.objects.finished().order_by("created_at", "pk")[:1]:
            self.world.model.deleted.add(str(video.pk))
            services.delete_video(video=video)

    def _restore(self, *, least: float) -> None:
        """A restore takes longer than an order may be under way, if one is, and than Kling hides what it took:
        before that nobody can see what was bought, and only Kling's own refusal of a second order would help."""
        self.world.restore(takes=least + self.world.kling.hidden)

    def _lists_read(self) -> int:
        return sum("pageNum" in str(call.request.url) for call in self.world.kling.mock.calls)

    def _come_to_rest(self) -> None:
        """Let ever more time pass, and work twice each time: what may be sent is decided by a list just read."""
        for seconds in (1, 16, 61, 61, 61, 125, 125, 301, 901, *[3700] * 8):
            self.world.work("A")
            self.world.clock.let_pass(LOOK_AGAIN)
            self.world.work("B")
            if not ProductVideo.objects.unfinished().exists():
                return
            for task in self.world.kling.unended:
                self.world.kling.move_on(task, "succeed")
            self.world.clock.let_pass(seconds)
