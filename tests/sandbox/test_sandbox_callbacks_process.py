"""Callbacks outlive a stop and a kill of the sandbox, and its command takes the secrets that sign them."""

import os
import re
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from callback_receiver import NEXT_SECRET, QUIET, SECRET, Receiver, is_signed, wait_until_noted
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from sandbox_caller import ACCESS, Caller, Clock, options
from sandbox_caller import SECRET as SECRET_KEY

import kling as library
from kling.sandbox.front.server import running

MANAGE = Path(settings.BASE_DIR) / "manage.py"


def begin(stack: ExitStack, folder: Path, *more: str, **environment: str) -> Caller:
    """Start a sandbox as a process; the test's end is its own."""
    command = [sys.executable, str(MANAGE), "kling_sandbox", "--port", "0", "--quick-clips", "--state", str(folder)]
    keys = {"KLING_API_KEY": ACCESS, "KLING_API_SECRET": SECRET_KEY, "KLING_WEBHOOK_SECRET": ""}
    process = stack.enter_context(
        subprocess.Popen(
            [*command, *more],
            env={**os.environ, **keys, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    )
    stack.callback(process.kill)
    assert process.stdout is not None
    address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    assert address is not None
    kling = Caller(address[0])
    stack.callback(kling.session.close)
    return kling


def test_a_process_that_was_killed_tells_after_its_next_start_what_it_had_not_told(
    tmp_path: Path, receiver: Receiver
) -> None:
    more = ("--render-seconds", "2", "2", "--webhook-secret", SECRET)
    with ExitStack() as stack:
        begin(stack, tmp_path, *more).made(callback_url=receiver.url)

    with ExitStack() as stack:
        begin(stack, tmp_path, *more)
        receiver.wait_for(2)

    assert receiver.statuses == ["processing", "succeed"]
    for delivery in receiver.taken:
        library.verify_callback(SECRET, delivery.headers, delivery.body)


def test_the_secret_of_the_environment_signs_unless_others_are_given(tmp_path: Path, receiver: Receiver) -> None:
    both = ("--webhook-secret", NEXT_SECRET, "--webhook-secret", SECRET)
    for number, more in enumerate([(), both]):
        with ExitStack() as stack:
            quick = ("--render-seconds", "0", "0", *more)
            begin(stack, tmp_path, *quick, KLING_WEBHOOK_SECRET=SECRET).made(callback_url=receiver.url)
            receiver.wait_for(number + 1)

    by_environment, by_option = receiver.taken
    library.verify_callback(SECRET, by_environment.headers, by_environment.body)
    assert " " not in by_environment.headers["webhook-signature"]
    library.verify_callback(NEXT_SECRET, by_option.headers, by_option.body)
    library.verify_callback(SECRET, by_option.headers, by_option.body)


def test_a_malformed_secret_is_refused_and_not_shown() -> None:
    with pytest.raises(CommandError, match="The webhook secret is not base64") as by_option:
        call_command("kling_sandbox", "--port", "0", "--webhook-secret", "whsec_not/base64!")
    with override_settings(KLING_WEBHOOK_SECRET="whsec_not/base64!"), pytest.raises(CommandError) as by_setting:
        call_command("kling_sandbox", "--port", "0")

    assert str(by_setting.value).startswith("KLING_WEBHOOK_SECRET cannot be used: The webhook secret is not base64.")
    assert not any("not/base64" in str(error.value) for error in (by_option, by_setting))


def test_what_was_not_told_before_the_end_is_told_after_the_next_start(
    clock: Clock, tmp_path: Path, receiver: Receiver
) -> None:
    asked = options(clock=clock, state=tmp_path, webhook_secrets=[SECRET])
    with running(asked) as server:
        first = Caller(server.base_url, clock)
        with first.session:
            first.made(callback_url=receiver.url)
            first.made(prompt="[slow]", callback_url=receiver.url)
            clock.forward(11)
            receiver.wait_for(2)
            wait_until_noted(first, 2)
    clock.forward(7200)
    time.sleep(QUIET)
    assert receiver.statuses == ["processing"] * 2

    with running(asked) as server:
        receiver.wait_for(4)
        second = Caller(server.base_url, clock)
        with second.session:
            wait_until_noted(second, 4)
    with running(asked):
        time.sleep(QUIET)

    assert receiver.statuses == ["processing"] * 2 + ["succeed"] * 2
    assert all(is_signed(delivery, clock) for delivery in receiver.taken[2:])


def test_a_sandbox_that_ends_in_the_middle_of_a_delivery_makes_it_again_under_the_same_id(
    clock: Clock, tmp_path: Path, receiver: Receiver
) -> None:
    asked = options(clock=clock, state=tmp_path, webhook_secrets=[SECRET], render_seconds=(0, 0))
    let_go = threading.Event()
    receiver.hold = let_go.wait
    with running(asked) as server:
        kling = Caller(server.base_url, clock)
        with kling.session:
            kling.made(callback_url=receiver.url)
            receiver.wait_for(1)
    let_go.set()

    with running(asked):
        first, again = receiver.wait_for(2)

    assert (first.body, first.headers["webhook-id"]) != (b"", "")
    assert first.headers["webhook-id"] == again.headers["webhook-id"]


def test_ten_thousand_tasks_that_wait_cost_next_to_nothing(clock: Clock, tmp_path: Path, receiver: Receiver) -> None:
    asked = options(clock=clock, state=tmp_path, parallel=20_000, units=Decimal(100_000))
    with running(asked) as server:
        kling = Caller(server.base_url, clock)
        with kling.session:
            kling.made(callback_url=receiver.url)
        store = server.sandbox.store
        (first,) = store.every_task()
        with store.writing():
            for number in range(10_000):
                moments = {"started_ms": first.started_ms + 3_600_000, "ended_ms": first.ended_ms + 3_600_000}
                store.add(replace(first, id=first.id + number + 1, external_id=f"job-{number}", **moments))

    with running(asked) as server:
        kling = Caller(server.base_url, clock)
        with kling.session:
            clock.forward(41)
            receiver.wait_for(2)
            began = time.process_time()
            time.sleep(1)
            idle = time.process_time() - began
            last = kling.made(callback_url=receiver.url)
            clock.forward(41)
            receiver.wait_for(4)

    assert idle < 0.25
    assert receiver.taken[-1].told["task_id"] == last
