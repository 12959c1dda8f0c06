"""How long ago, and for how long, in words; and when the next month begins."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def age_of(moment: datetime) -> timedelta:
    """Return how long ago it was; never less than nothing, since two clocks may differ."""
    return max(timedelta(), timezone.now() - moment)


def has_passed(moment: datetime) -> bool:
    """Say whether a moment is over by the clock of this machine; for what people read."""
    return moment <= timezone.now()


def in_words(time: timedelta) -> str:
    """Say a time in its largest unit: 2 s, 3 min, 5 h, 2 days."""
    if time < MINUTE:
        return _("%d s") % time.total_seconds()
    if time < HOUR:
        return _("%d min") % (time // MINUTE)
    if time < 2 * DAY:
        return _("%d h") % (time // HOUR)
    return ngettext("%d day", "%d days", time.days) % time.days


def ago(moment: datetime) -> str:
    """Say how long ago something was: 40 s ago, just now."""
    age = age_of(moment)
    return _("%(time)s ago") % {"time": in_words(age)} if age >= timedelta(seconds=1) else _("just now")


def today() -> date:
    """Return the day by UTC, by which months are counted."""
    return timezone.now().astimezone(UTC).date()


def next_month() -> datetime:
    """Return a moment of the first day of the next month, by UTC."""
    first = timezone.now().astimezone(UTC).replace(day=1)
    return (first + timedelta(days=32)).replace(day=1)
