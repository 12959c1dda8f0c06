"""The whole report, in the order in which things have to be right."""

from django.conf import settings

from kling import credentials
from kling.answers import UnreadableError, read_costs
from kling.auth import auth_for
from kling.connection import current_host
from kling.doctor.access import check_access, check_host, is_kling
from kling.doctor.apis import check_apis
from kling.doctor.callbacks import check_callbacks
from kling.doctor.clock import check_clock
from kling.doctor.findings import Check, not_tried
from kling.doctor.keys import API_KEY, KEY_PAIR, check_keys, kind_of_keys
from kling.doctor.model import check_model
from kling.doctor.packs import check_packs, refused_packs
from kling.doctor.parallel import check_parallel
from kling.errors import UnclearError
from kling.probe import Finding, Probe, Question

NAMES = ("credentials", "host", "clock", "access", "apis", "model", "packs", "parallel", "callbacks")


def examine(*, other_region: bool = False) -> list[Check]:
    """Look at everything; with `other_region`, try keys that are refused on Kling's other host too."""
    keys = check_keys()
    asked = _ask_kling(other_region=other_region) if keys.ok else _ask_nothing()
    checks = {check.name: check for check in (keys, *asked, check_model(), check_callbacks())}
    return [checks[name].without(_secrets()) for name in NAMES]


def _ask_nothing() -> list[Check]:
    return not_tried("host", "clock", "access", "apis", "packs", "parallel", because="there are no keys to use")


def _ask_kling(*, other_region: bool) -> list[Check]:
    auth = auth_for(settings.KLING_API_KEY, settings.KLING_API_SECRET)
    probe = Probe(auth=auth, base_url=current_host().base_url)
    costs = probe.ask(Question.COSTS)
    host = check_host(probe, costs)
    if not is_kling(costs):
        return [host, *not_tried("clock", "access", "apis", "packs", "parallel", because="Kling did not answer")]
    access = check_access(probe, costs, other_region=other_region)
    further = _ask_further(probe, costs) if access.ok else _stop_at_the_door()
    clock = check_clock(probe, signs=kind_of_keys() == KEY_PAIR)
    return [check.without(probe.bearers) for check in (host, clock, access, *further)]


def _stop_at_the_door() -> list[Check]:
    return not_tried("apis", "packs", "parallel", because="Kling did not let us in")


def _ask_further(probe: Probe, costs: Finding) -> list[Check]:
    apis = check_apis(probe, api_key=kind_of_keys() == API_KEY)
    if costs.error is not None:
        return [apis, refused_packs(costs.error), *not_tried("parallel", because="the packs are not known")]
    try:
        packs = read_costs(costs.found, request_id="").packs
    except UnreadableError as error:
        unreadable = UnclearError(f"Kling's list of packs cannot be read: {error}.")
        return [apis, refused_packs(unreadable), *not_tried("parallel", because="the packs are not known")]
    return [apis, check_packs(packs, now=probe.now), check_parallel(packs, now=probe.now)]


def _secrets() -> list[str]:
    """Return what must not be shown, in case a server says it: the client's own scrubbing knows only what it sent."""
    names = ("KLING_API_KEY", "KLING_API_SECRET", "KLING_WEBHOOK_SECRET")
    values = [getattr(settings, name, "") for name in names]
    return [*values, *map(credentials.bare, values)]
