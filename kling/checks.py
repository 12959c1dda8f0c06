"""System checks: what is wrong with the Kling settings is said at start, with what to do about it.

kling.E001 half a key pair · E002 malformed keys · E003 KLING_MODEL unknown, ended or not to be used
kling.E004 KLING_API_BASE_URL is no address · E005 KLING_WEBHOOK_SECRET malformed
kling.W001 an address whose files would not be downloaded · W002 a secret that is not used
kling.W003 callbacks that are wanted and not used, since PUBLIC_URL cannot be reached from Kling
"""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning

from kling import callbacks, credentials
from kling.catalog import find_model
from kling.choosing import reachable
from kling.connection import uses_api_key
from kling.errors import SettingsError
from kling.webhooks import WebhookSecretError, webhook_key


def check_credentials(**_: Any) -> list[CheckMessage]:
    """Name half and malformed keys. No keys at all are practice mode, and right."""
    problems = credentials.inspect(settings.KLING_API_KEY, settings.KLING_API_SECRET)
    return [_message(problem) for problem in problems]


def check_model(**_: Any) -> list[CheckMessage]:
    try:
        reachable(find_model(settings.KLING_MODEL), api_key=uses_api_key())
    except SettingsError as error:
        return [Error(f"KLING_MODEL cannot be used: {error}", hint="Change KLING_MODEL.", id="kling.E003")]
    return []


def check_address(**_: Any) -> list[CheckMessage]:
    """Name an address that is none; warn where videos would be made and paid for, and then not be downloaded."""
    if problem := credentials.inspect_address(settings.KLING_API_BASE_URL):
        return [Error(problem.message, hint=problem.hint, id="kling.E004")]
    if settings.PRACTICE_MODE or settings.ALLOW_PRIVATE_DOWNLOADS or not _is_private(settings.KLING_API_BASE_URL):
        return []
    return [
        CheckWarning(
            "KLING_API_BASE_URL is a plain http or a private address, and videos are not downloaded from such.",
            hint="Use Kling's https address; for a stand-in of your own set ALLOW_PRIVATE_DOWNLOADS=true.",
            id="kling.W001",
        )
    ]


def check_webhook_secret(**_: Any) -> list[CheckMessage]:
    """Name a malformed secret, with which every delivery would be refused; none at all is right too."""
    if not settings.KLING_WEBHOOK_SECRET:
        return []
    try:
        webhook_key(settings.KLING_WEBHOOK_SECRET)
    except WebhookSecretError as error:
        hint = "Copy KLING_WEBHOOK_SECRET again from Kling's console, or remove it."
        return [Error(f"KLING_WEBHOOK_SECRET cannot be used: {error}", hint=hint, id="kling.E005")]
    return []


def check_callbacks(**_: Any) -> list[CheckMessage]:
    """Warn where callbacks are wanted and Kling could not reach us."""
    problem = callbacks.what_prevents()
    return [CheckWarning(problem.message, hint=problem.hint, id="kling.W003")] if problem else []


def _message(problem: credentials.Problem) -> CheckMessage:
    if problem.is_warning:
        return CheckWarning(problem.message, hint=problem.hint, id="kling.W002")
    return Error(problem.message, hint=problem.hint, id="kling.E001" if problem.is_half else "kling.E002")


def _is_private(address: str) -> bool:
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https" or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False  # a name: where it leads is looked at when something is downloaded
