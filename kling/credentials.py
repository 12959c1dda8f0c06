"""What can be wrong with keys and address before Kling is asked: half a pair, marks from copying, no web address."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from kling.auth import API_KEY_PREFIX

KEY = "KLING_API_KEY"
SECRET = "KLING_API_SECRET"  # noqa: S105 (the name of a variable)
ADDRESS = "KLING_API_BASE_URL"
_QUOTES = "\"'`“”‘’«»"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong and what to do about it; never the value itself. A mere `warning` still works."""

    message: str
    hint: str
    is_half: bool = False
    is_warning: bool = False


def inspect(key: str, secret: str) -> list[Problem]:
    """Return what is wrong with what a person has set; nothing is wrong with nothing (practice mode)."""
    problems = [problem for name, value in ((KEY, key), (SECRET, secret)) for problem in _inspect_value(name, value)]
    return [*_inspect_pair(bare(key), bare(secret)), *problems]


def bare(value: str) -> str:
    """Return a value without the spaces and quotes that a person may have left around it."""
    return value.strip().strip(_QUOTES)


def inspect_address(base_url: str) -> Problem | None:
    """Return what is wrong with the address of Kling's API, if anything is."""
    if is_address(base_url):
        return None
    return Problem(
        message=f"{ADDRESS} is no web address.",
        hint="Write it like https://api-singapore.klingai.com, or remove it.",
    )


def is_address(text: str) -> bool:
    """Say whether a text is an http(s) address that names a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half a bracket, or a port that is no number
        return False


def _inspect_pair(key: str, secret: str) -> list[Problem]:
    is_api_key = key.startswith(API_KEY_PREFIX)
    if secret and not key:
        return [
            Problem(
                message=f"{SECRET} is set and {KEY} is not.",
                hint=f"Set {KEY} to the access key that belongs to the secret, or remove {SECRET}.",
                is_half=True,
            )
        ]
    if key and not secret and not is_api_key:
        return [
            Problem(
                message=f"{KEY} is set and {SECRET} is not.",
                hint=f"Set {SECRET} to the secret key that belongs to the access key. Only an API key, which begins"
                f" with {API_KEY_PREFIX}, goes without one.",
                is_half=True,
            )
        ]
    if secret and is_api_key:
        return [
            Problem(
                message=f"{KEY} holds an API key, which needs no secret; {SECRET} is not used.",
                hint=f"Remove {SECRET}.",
                is_warning=True,
            )
        ]
    return []


def _inspect_value(name: str, value: str) -> list[Problem]:
    bare = value.strip()
    if not bare:
        return []
    findings = (
        ("\n" in value or "\r" in value, "holds a line break", "Write it on one line, without a line break."),
        (bare != value, "has spaces around it", "Remove the spaces before and after it."),
        (_has_quotes(bare), "has quotes around it", "Remove the quotes."),
        (bare.lower().startswith("bearer "), "begins with “Bearer”", "Leave out “Bearer”: it is added by itself."),
        (len(bare.split()) > 1, "has a space inside", "Copy it again from Kling's console, in one piece."),
        (not bare.strip(_QUOTES).isascii(), "has letters no key has", "Copy it again from Kling's console."),
        (
            any(ord(sign) < 32 or ord(sign) == 127 for sign in bare if not sign.isspace()),
            "holds control characters",
            "Copy it again from Kling's console.",
        ),
    )
    return [Problem(message=f"{name} {what}.", hint=hint) for is_wrong, what, hint in findings if is_wrong]


def _has_quotes(bare: str) -> bool:
    return bare[0] in _QUOTES or bare[-1] in _QUOTES
