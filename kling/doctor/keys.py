"""Which kind of credentials is set, and whether they can be used at all: nothing is asked for this."""

from django.conf import settings

from kling import credentials
from kling.auth import API_KEY_PREFIX
from kling.connection import sandbox_note
from kling.doctor.findings import Check, good, warn, wrong

API_KEY, KEY_PAIR, HALF, NONE = "api_key", "key_pair", "half", "none"
_KINDS = {API_KEY: "An API key is set.", KEY_PAIR: "An access key and a secret key are set."}


def kind_of_keys() -> str:
    """Return which kind is set, whatever quotes and spaces are around it."""
    key, secret = (credentials.bare(value) for value in (settings.KLING_API_KEY, settings.KLING_API_SECRET))
    if key.startswith(API_KEY_PREFIX):
        return API_KEY
    if key and secret:
        return KEY_PAIR
    return HALF if key or secret else NONE


def check_keys() -> Check:
    if settings.PRACTICE_MODE:
        return _no_keys()
    problems = credentials.inspect(settings.KLING_API_KEY, settings.KLING_API_SECRET)
    if address := credentials.inspect_address(settings.KLING_API_BASE_URL):
        problems.append(address)
    kind = kind_of_keys()
    messages, hint = [problem.message for problem in problems], " ".join(problem.hint for problem in problems)
    if not all(problem.is_warning for problem in problems):
        return wrong("credentials", " ".join(messages), hint, kind=kind, practice_mode=False)
    message = " ".join([_KINDS[kind], *messages])
    if problems:
        return warn("credentials", message, hint, kind=kind, practice_mode=False)
    return good("credentials", message, kind=kind, practice_mode=False)


def _no_keys() -> Check:
    note = sandbox_note()
    sandbox = f"the practice sandbox runs at {note.base_url}" if note else "the practice sandbox is not running"
    return wrong(
        "credentials",
        f"No Kling keys are set: this is practice mode, and {sandbox}.",
        f"To make real videos set KLING_API_KEY and KLING_API_SECRET, or KLING_API_KEY alone to a key that begins"
        f" with {API_KEY_PREFIX}, in the environment or in .env.",
        kind=NONE,
        practice_mode=True,
        sandbox=note.base_url if note else None,
    )
