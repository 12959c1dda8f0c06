"""Which of Kling's two APIs the credentials open: tried on both, but for what is known (kling-api §1.3)."""

from django.conf import settings

from kling.catalog import MODELS
from kling.doctor.findings import LATER_HINT, Check, good, said, warn, wrong
from kling.doctor.regions import ADDRESS_HINT, console
from kling.errors import CredentialsError, NotAllowedError, RateLimitError, RefusedError
from kling.probe import Finding, Probe, Question
from kling.types import Dialect

WORKS, REFUSED, UNCLEAR, CLOSED = "works", "refused", "unclear", "closed"
NEW_ONLY = [model.name for model in MODELS.values() if model.dialect is Dialect.NEW and not model.twin]
_TITLES = {Dialect.LEGACY: "legacy API", Dialect.NEW: "new API"}


def check_apis(probe: Probe, *, api_key: bool) -> Check:
    """Ask both APIs; one that does not work is wrong if the configured model is made by it, else a warning."""
    findings = {Dialect.LEGACY: probe.ask(Question.LEGACY)}
    if api_key:
        findings[Dialect.NEW] = probe.ask(Question.NEW)
    verdicts = {dialect: _verdict(finding) for dialect, finding in findings.items()}
    facts = {"legacy": verdicts[Dialect.LEGACY], "new": verdicts.get(Dialect.NEW, CLOSED)}
    troubled = [dialect for dialect, verdict in verdicts.items() if verdict != WORKS]
    if not troubled:
        return _all_well(probe, api_key=api_key, facts=facts)
    trouble_first = sorted(verdicts, key=lambda dialect: dialect not in troubled)
    message = " ".join(_told(dialect, findings[dialect]) for dialect in trouble_first)
    hint = " ".join(_hint(findings[dialect], probe) for dialect in troubled[:1])
    needed = _needed(api_key=api_key)
    return (wrong if needed in troubled else warn)("apis", message, hint, **facts)


def _all_well(probe: Probe, *, api_key: bool, facts: dict[str, str]) -> Check:
    if api_key:
        return good("apis", "The API key works with both of Kling's APIs, the legacy one and the new one.", **facts)
    return good(
        "apis",
        "The key pair works with Kling's legacy API. The new one takes no key pairs, and was not asked.",
        f"For models that are only in the new API, such as {', '.join(NEW_ONLY)}, make an API key"
        f" ({console(probe.base_url)}), set KLING_API_KEY to it and leave KLING_API_SECRET empty.",
        **facts,
    )


def _verdict(finding: Finding) -> str:
    if finding.error is None and isinstance(finding.found, list):
        return WORKS
    if isinstance(finding.error, RefusedError) and not isinstance(finding.error, RateLimitError):
        return REFUSED
    return UNCLEAR


def _told(dialect: Dialect, finding: Finding) -> str:
    title, verdict = _TITLES[dialect], _verdict(finding)
    if verdict == WORKS:
        return f"The {title} works."
    if verdict == REFUSED:
        return f"The {title} refuses: {_reason(finding)}"
    return f"The {title} gave no clear answer: {_reason(finding)}"


def _reason(finding: Finding) -> str:
    return said(finding.error) if finding.error else "it sent no list of tasks."


def _hint(finding: Finding, probe: Probe) -> str:
    if isinstance(finding.error, CredentialsError):
        return f"Make a new API key in Kling's console ({console(probe.base_url)})."
    if isinstance(finding.error, NotAllowedError):
        return "Ask Kling's support to open this API to the account, or choose a model of the other one."
    if _verdict(finding) == REFUSED:
        return f"The host may not have this API. {ADDRESS_HINT}"
    return LATER_HINT


def _needed(*, api_key: bool) -> Dialect:
    """Return the API that makes videos with the configured model."""
    model = MODELS.get(settings.KLING_MODEL)
    return model.dialect if model and api_key else Dialect.LEGACY
