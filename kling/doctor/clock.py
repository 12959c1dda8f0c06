"""This machine's clock beside Kling's: key pairs sign with the time, and so do signed callbacks (kling-api §1.3).

A signature is valid from five seconds before this machine's time to half an hour after it.
"""

from kling.auth import NOT_BEFORE_SECONDS, TOKEN_SECONDS
from kling.doctor.findings import Check, count, good, warn, wrong
from kling.probe import Probe, Skew

WARN_SECONDS = 60
_SIGNS_AGAIN = "This program then signs again by Kling's clock, if Kling shows it; others fail."
_HINT = "Set this machine's clock, best by a time service (NTP); that of a container is its host's."


def check_clock(probe: Probe, *, signs: bool) -> Check:
    """Compare the clocks; `signs` says whether signatures hang on them, as those of a key pair do."""
    skew = probe.skew
    facts = {"ahead_seconds": skew and round(skew.seconds, 1), "leeway_seconds": skew and round(skew.leeway, 1)}
    if signs and (why := _why_signatures_fail(probe)):
        return wrong("clock", f"{_told(skew)} {why}", _HINT, **facts)
    if skew is None:
        hint = "Compare this machine's clock with another one."
        return warn("clock", "Kling's answers carry no date to compare this machine's clock with.", hint, **facts)
    if skew.least > WARN_SECONDS or skew.most < -WARN_SECONDS:
        return warn("clock", f"{_told(skew)} {_why_it_matters(signs=signs)}", _HINT, **facts)
    return good("clock", _told(skew), **facts)


def _why_signatures_fail(probe: Probe) -> str:
    """Judge by what surely is so, the least difference that can be, or by what Kling itself has said."""
    least, most = (probe.skew.least, probe.skew.most) if probe.skew else (0.0, 0.0)
    if least > NOT_BEFORE_SECONDS or 1003 in probe.time_refusals:
        return f"Kling refuses signatures from more than {NOT_BEFORE_SECONDS} seconds ahead (1003). {_SIGNS_AGAIN}"
    if most < -TOKEN_SECONDS or 1004 in probe.time_refusals:
        return f"Kling refuses signatures from over {TOKEN_SECONDS // 60} minutes behind (1004). {_SIGNS_AGAIN}"
    return ""


def _why_it_matters(*, signs: bool) -> str:
    if signs:
        return f"Signatures fail at {NOT_BEFORE_SECONDS} seconds ahead or {TOKEN_SECONDS // 60} minutes behind."
    return "An API key does not depend on it; signed callbacks do, and every time that is shown."


def _told(skew: Skew | None) -> str:
    if skew is None:
        return "This machine's clock is wrong."
    if skew.least <= 0 <= skew.most:
        return "This machine's clock agrees with Kling's, as far as its whole seconds tell."
    side = "ahead of" if skew.seconds > 0 else "behind"
    return f"This machine's clock is {count(max(1, round(abs(skew.seconds))), 'second')} {side} Kling's."
