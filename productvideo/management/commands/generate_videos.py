"""`manage.py generate_videos`: one photo in, three stored videos out.

Exit status: 0 all complete, or queued with --no-wait; 1 some failed, or Kling refuses the account (before the
approval: nothing is made then), or sending is paused (the videos stay queued); 2 bad input, with nothing on standard
output, one line on standard error, nothing made and nothing sent; 130 after Ctrl-C, 143 after SIGTERM.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

import kling
from productvideo import defaults, scenes, services
from productvideo.models import Product
from productvideo.oneshot import report
from productvideo.oneshot.follow import follow, how_to_go_on
from productvideo.oneshot.order import (
    BadOrderError,
    Order,
    Wish,
    approve,
    check_order,
    make_product,
    require_accepted,
)
from productvideo.oneshot.practice import NoSandboxError, sandbox_at_hand
from productvideo.photos import PhotoError

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
REFUSALS = (kling.RefusedError, services.RefusalError, PhotoError, NoSandboxError, DatabaseError, OSError)


class Stopped(KeyboardInterrupt):
    """Somebody pressed Ctrl-C, or asked the process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_status = 128 + number


class Command(BaseCommand):
    help = (
        "Makes three videos from one photo: writes three scenes, shows the price, sends them to Kling, waits, and"
        " stores the films. It needs neither broker nor worker, and is safe beside them. Without Kling keys it uses"
        " the practice sandbox."
    )
    requires_system_checks = []  # what they would stop is said here in one line

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        # One line: argparse's own would print its usage as well.
        parser.error = self._refuse  # type: ignore[method-assign,assignment]
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--image", type=Path, required=True, metavar="FILE", help="a JPEG, PNG or WebP photo")
        parser.add_argument("--name", required=True, help="the product's name, 1 to 200 characters")
        parser.add_argument("--description", required=True, metavar="TEXT", help="1 to 5,000 characters")
        parser.add_argument(
            "--persona",
            default=defaults.DEFAULT_PERSONA,
            metavar="NAME",
            help="whom the videos are for; made when missing (%(default)s)",
        )
        plans = ", ".join(plan.code for plan in scenes.plans())
        parser.add_argument("--plan", default="", help=f"the plan of shots: {plans} (the one that fits the product)")
        parser.add_argument("--model", default="", help=f"{', '.join(kling.MODELS)} (KLING_MODEL)")
        parser.add_argument("--mode", default="", choices=[mode.value for mode in kling.Mode], help="(the cheapest)")
        parser.add_argument("--duration", type=int, metavar="N", help="seconds (5, or what the model has near it)")
        parser.add_argument("--dry-run", action="store_true", help="show the price and make nothing")
        parser.add_argument("--max-units", type=_units, metavar="N", help="refuse above this price")
        parser.add_argument("--no-wait", action="store_true", help="answer as soon as the videos are queued")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output, nothing else")

    def handle(self, *_: Any, **options: Any) -> None:
        self.as_json: bool = options["json"]
        self.product: Product | None = None
        with _quietly(up_to=logging.INFO if options["verbosity"] > 1 else logging.WARNING), _stop_signals():
            order = self._check(_wish(options))
            self._say_price(order)
            outcome = (0, "") if options["dry_run"] else self._run(order, wait=not options["no_wait"])
            self._finish(order, *outcome)

    def _check(self, wish: Wish) -> Order:
        try:
            return check_order(wish)
        except BadOrderError as error:
            self._refuse(str(error))
        except Stopped as stopped:
            self.say("Stopped. Nothing was made.")
            raise SystemExit(stopped.exit_status) from None

    def _run(self, order: Order, *, wait: bool) -> tuple[int, str]:
        """Do the work; return the exit status, and why not all went well."""
        try:
            if not wait:
                return self._only_place(order)
            with sandbox_at_hand(self.say):
                return self._place_and_follow(order)
        except REFUSALS as error:
            return 1, f"{' '.join(str(error).split())} {self._what_is_left()}"
        except Stopped as stopped:
            return stopped.exit_status, f"Stopped. {self._what_is_left()}"

    def _only_place(self, order: Order) -> tuple[int, str]:
        if order.simulated:
            self.say("Practice mode, since no Kling keys are set: nothing is charged.")
        self.say(how_to_go_on(self._place(order)))
        return 0, ""

    def _place_and_follow(self, order: Order) -> tuple[int, str]:
        product = self._place(order)
        if reason := follow(product, say=self.say):
            return 1, f"{reason} {self._what_is_left()}"
        return (0, "") if report.are_all_complete(product) else (1, "")

    def _place(self, order: Order) -> Product:
        """Make and approve everything; the product is remembered at once, should we be stopped half way."""
        require_accepted()
        product = self.product = make_product(order)
        self.say("Writing three scenes.")
        services.plan_scenes(product=product, model_name=order.settings.model_name)
        for line in report.scene_lines(order, product):
            self.say(line)
        approve(order, product)
        self.say("Three videos are queued.")
        return product

    def _what_is_left(self) -> str:
        return how_to_go_on(self.product) if self.product else "Nothing was made."

    def _say_price(self, order: Order) -> None:
        clip = order.settings
        made = f"3 videos of {clip.duration} s by {clip.model_name} in mode {clip.mode}"
        price = f"Price: {order.price} for {made}{', with sound' if clip.sound else ''}."
        if self.as_json:
            self.say(price)
        else:
            self.stdout.write(price)
            self.stdout.flush()
        if order.budget_warning:
            self.say(order.budget_warning)

    def say(self, sentence: str) -> None:
        """Tell the person at the terminal how it goes."""
        self.stderr.write(sentence, style_func=str)
        self.stderr.flush()

    def _finish(self, order: Order, status: int, error: str = "") -> NoReturn:
        if error:
            self.say(error)
        if self.as_json:
            self.stdout.write(json.dumps(report.as_json(order, self.product, error=error)))
        elif self.product:
            self.stdout.write("\n".join(report.as_lines(self.product)))
        self.stdout.flush()
        raise SystemExit(status)

    def _refuse(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        raise SystemExit(2)


def _wish(options: dict[str, Any]) -> Wish:
    return Wish(
        image=options["image"],
        name=options["name"],
        description=options["description"],
        persona=options["persona"],
        plan=options["plan"],
        model_name=options["model"],
        mode=options["mode"],
        duration=options["duration"],
        max_units=options["max_units"],
    )


def _units(text: str) -> Decimal:
    try:
        units = Decimal(text)
    except InvalidOperation:
        units = Decimal(-1)
    if not units.is_finite() or units < 0:
        raise ArgumentTypeError(f"{text!r} is not a number of units.")
    return units


@contextmanager
def _stop_signals() -> Iterator[None]:
    """Turn the first signal into Stopped and ignore further ones, so that tidying up is not cut short."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _stop) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _: FrameType | None) -> NoReturn:
    for ignored in STOP_SIGNALS:
        signal.signal(ignored, signal.SIG_IGN)
    raise Stopped(number)


@contextmanager
def _quietly(*, up_to: int) -> Iterator[None]:
    """Keep the log out of the way of the progress, which says the same in sentences; `-v 2` lets warnings through."""
    logging.disable(up_to)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
