"""Whether Kling answers and lets us in, and if it does not, whether another region's host would."""

from typing import Any

from kling.doctor.findings import LATER_HINT, Check, good, said, warn, wrong
from kling.doctor.regions import ADDRESS_HINT, BEIJING, SINGAPORE, console, others, region_of
from kling.errors import AccountError, BalanceError, CredentialsError, KlingError, NotSentError, RefusedError
from kling.probe import Finding, Probe, Question


def is_kling(finding: Finding) -> bool:
    """Say whether an answer came, and from something that speaks as Kling does."""
    error = finding.error
    if error is None or isinstance(error, CredentialsError):
        return True
    if isinstance(error, NotSentError) or error.http_status is None:
        return False
    return error.code is not None or error.http_status >= 500


def is_accepted(finding: Finding) -> bool:
    """Say whether the keys are good. Kling looks at them first: any clear answer but one means that it knows them."""
    error = finding.error
    refused = isinstance(error, RefusedError) and not isinstance(error, CredentialsError)
    return error is None or (refused and is_kling(finding))


def check_host(probe: Probe, finding: Finding) -> Check:
    error, host = finding.error, probe.base_url
    facts = {"base_url": host, "region": region_of(host) or None}
    if error is not None and not is_kling(finding):
        if error.http_status is None:
            hint = f"Check this machine's network and the address. {ADDRESS_HINT}"
            return wrong("host", said(error), hint, **facts, answers=False)
        message = f"{host} answers (HTTP {error.http_status}), but not as Kling does."
        hint = f"Something else listens there, or a proxy is in between. {ADDRESS_HINT}"
        return wrong("host", message, hint, **facts, answers=True)
    if region_of(host) == "old":
        hint = f"Set KLING_API_BASE_URL={SINGAPORE}, or {BEIJING} for keys from mainland China."
        return warn("host", f"{host} answers; Kling has replaced this address.", hint, **facts, answers=True)
    return good("host", f"{host} answers.", **facts, answers=True)


def check_access(probe: Probe, finding: Finding, *, other_region: bool) -> Check:
    error = finding.error
    if error is None:
        return good("access", "Kling accepts the keys.", accepted=True)
    facts = {"code": error.code, "http_status": error.http_status}
    if isinstance(error, CredentialsError):
        return _check_regions(probe, error, facts, other_region=other_region)
    if not is_accepted(finding):
        return wrong("access", said(error), LATER_HINT, accepted=None, **facts)
    if isinstance(error, AccountError) and not isinstance(error, BalanceError):
        return wrong("access", said(error), "Log in to Kling's console and mend the account.", accepted=True, **facts)
    return good("access", "Kling accepts the keys.", accepted=True, **facts)


def _check_regions(probe: Probe, error: KlingError, facts: dict[str, Any], *, other_region: bool) -> Check:
    """Name the other regions; ask them only when told to, since that shows them the keys."""
    hosts = others(probe.base_url)
    answers = {host: probe.elsewhere(host).ask(Question.COSTS) for host in hosts if other_region}
    accepting = [host for host, answer in answers.items() if is_accepted(answer)]
    facts["other_regions"] = [{"base_url": host, "accepts": _verdict(answers.get(host))} for host in hosts]
    told = [said(error), *(_told(host, answer) for host, answer in answers.items())]
    hint = _set_hint(accepting[0]) if accepting else _refused_hint(probe.base_url, tried=other_region)
    return wrong("access", " ".join(told), hint, accepted=False, **facts)


def _verdict(answer: Finding | None) -> bool | None:
    if answer is None or not (is_accepted(answer) or isinstance(answer.error, CredentialsError)):
        return None
    return is_accepted(answer)


def _told(host: str, answer: Finding) -> str:
    match _verdict(answer):
        case True:
            return f"{host} accepts them."
        case False:
            return f"{host} does not accept them either."
        case _:
            return f"{host} gave no clear answer: {said(answer.error) if answer.error else ''}"


def _set_hint(host: str) -> str:
    return f"The keys are of another region: set KLING_API_BASE_URL={host}"


def _refused_hint(host: str, *, tried: bool) -> str:
    compare = f"Compare the keys with Kling's console ({console(host)}): they may have been deleted there."
    clock = "See also that this machine's clock is right."
    if tried:
        return f"{compare} {clock}"
    hosts = " or ".join(others(host))
    where = "they are from another region" if region_of(host) else "they are Kling's own, and not a stand-in's"
    return (
        f"{compare} If {where}, set KLING_API_BASE_URL={hosts}; `manage.py check_kling"
        f" --other-region` tries them there. {clock}"
    )
