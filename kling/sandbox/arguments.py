"""The options of `manage.py kling_sandbox`: what each may be, and the sandbox that they ask for."""

import secrets
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from kling.sandbox.account.arguments import account_options, add_account_arguments
from kling.sandbox.credentials import API_KEY_PREFIX, Credentials
from kling.sandbox.faults.catalog import NO_FAULTS, WrongFaultError, describe_faults, read_fault
from kling.sandbox.sandbox import Options
from kling.webhooks import WebhookSecretError, webhook_key


class WrongSecretError(ValueError):
    """A webhook secret from the settings that cannot be one."""


def add_arguments(parser: ArgumentParser) -> None:
    _add_running(parser)
    add_account_arguments(parser)
    _add_choices(parser)
    _add_faults(parser)
    _add_credentials(parser)


def _add_running(parser: ArgumentParser) -> None:
    """Where it serves, how long films take, and the one pack that pays for them where nothing else is said."""
    parser.add_argument("--port", type=_port, required=True, help="Port to listen on; 0 picks a free one.")
    parser.add_argument(
        "--render-seconds",
        type=_seconds,
        nargs=2,
        default=(20.0, 40.0),
        metavar=("LOW", "HIGH"),
        help="How long a task takes from its making to its end (20 40).",
    )
    parser.add_argument(
        "--state", type=Path, metavar="DIR", help="Keep tasks and files here, through restarts and kill -9."
    )
    parser.add_argument(
        "--wait", action="store_true", help="While another sandbox works in DIR, wait until it has ended."
    )
    parser.add_argument("--quick-clips", action="store_true", help="Make tiny pictures, for tests.")
    parser.add_argument(
        "--parallel", type=_count, default=5, metavar="N", help="Tasks that may run at the same time (5)."
    )
    parser.add_argument(
        "--units", type=_units, default=Decimal(10_000), metavar="N", help="Units in the resource pack (10000)."
    )


def _add_choices(parser: ArgumentParser) -> None:
    """Where Kling is silent, the sandbox chooses; these choose otherwise."""
    parser.add_argument("--allow-ended", action="store_true", help="Make films with the models that Kling has ended.")
    parser.add_argument(
        "--strict-tokens", action="store_true", help="Take no token that ends later than half an hour from now."
    )
    parser.add_argument(
        "--moderate-at-once",
        action="store_true",
        help="Refuse a prompt with [policy] with 400/1301 instead of letting its task fail.",
    )


def _add_faults(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        metavar="NAME=VALUE",
        help=f"Have this fault from the start; may be given again. Rates go from 0 to 1. {describe_faults()}.",
    )
    parser.add_argument(
        "--seed", type=_seed, metavar="N", help="Draw the lots of the faults in the order of this number (random)."
    )


def _add_credentials(parser: ArgumentParser) -> None:
    """What callbacks are signed with, and keys beside those of the settings, all of one account."""
    parser.add_argument(
        "--webhook-secret",
        type=_webhook_secret,
        action="append",
        metavar="SECRET",
        help="Sign callbacks with this secret (KLING_WEBHOOK_SECRET); given twice, with both, as in a rotation.",
    )
    parser.add_argument(
        "--api-key", type=_api_key, action="append", metavar="KEY", help="Take this API key too; may be given again."
    )
    parser.add_argument(
        "--key-pair",
        type=_key_pair,
        action="append",
        metavar="ACCESS-KEY:SECRET-KEY",
        help="Take this key pair too; may be given again.",
    )


def sandbox_options(options: Mapping[str, Any], *, credentials: Credentials, webhook_secrets: list[str]) -> Options:
    """Return the sandbox that is asked for; raise WrongTermsError for packs that do not go together."""
    seed = options["seed"]
    return Options(
        credentials=replace(
            credentials,
            pairs={**credentials.pairs, **dict(options["key_pair"] or [])},
            api_keys=credentials.api_keys | frozenset(options["api_key"] or []),
            is_strict=options["strict_tokens"],
        ),
        render_seconds=(options["render_seconds"][0], options["render_seconds"][1]),
        state=options["state"],
        quick_clips=options["quick_clips"],
        parallel=options["parallel"],
        units=options["units"],
        allow_ended=options["allow_ended"],
        moderates_at_once=options["moderate_at_once"],
        **account_options(options),
        faults=NO_FAULTS.changed(dict(options["fault"] or [])),
        seed=secrets.randbits(32) if seed is None else seed,
        webhook_secrets=webhook_secrets,
    )


def configured_secrets(secret: str) -> list[str]:
    """Return KLING_WEBHOOK_SECRET as a list, empty where it is not set; raise WrongSecretError for a malformed one."""
    try:
        return [_webhook_secret(secret)] if secret else []
    except ArgumentTypeError as error:
        raise WrongSecretError(f"KLING_WEBHOOK_SECRET cannot be used: {error}") from error


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise ArgumentTypeError(f"{text!r} is not a port; give a number from 0 to 65535.")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to 86400.")
    return seconds


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number of at least 1.")
    return int(text)


def _fault(text: str) -> tuple[str, Any]:
    try:
        return read_fault(text)
    except WrongFaultError as error:
        raise ArgumentTypeError(str(error)) from error


def _webhook_secret(text: str) -> str:
    try:
        webhook_key(text)
    except WebhookSecretError as error:
        raise ArgumentTypeError(str(error)) from None
    return text


def _api_key(text: str) -> str:
    if not text.startswith(API_KEY_PREFIX) or not text.isascii() or not text.isprintable() or " " in text:
        raise ArgumentTypeError(f"This is no API key; one begins with {API_KEY_PREFIX}.")
    return text


def _key_pair(text: str) -> tuple[str, str]:
    access_key, _, secret_key = text.partition(":")
    if not access_key or not secret_key:
        raise ArgumentTypeError("Write a key pair as ACCESS-KEY:SECRET-KEY.")
    return access_key, secret_key


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise ArgumentTypeError(f"{text!r} is not a whole number of at most 18 digits.")
    return int(text)


def _units(text: str) -> Decimal:
    try:
        units = Decimal(text)
    except InvalidOperation:
        units = Decimal(-1)
    if not units.is_finite() or units < 0:
        raise ArgumentTypeError(f"{text!r} is not a number of units.")
    return units
