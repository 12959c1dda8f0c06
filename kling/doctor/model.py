"""Whether the configured model is live, and made by an API that the credentials open."""

from difflib import get_close_matches

from django.conf import settings

from kling.catalog import ENDED, MODELS, find_model, offered
from kling.doctor.findings import Check, good, wrong
from kling.doctor.keys import HALF, KEY_PAIR, NONE, kind_of_keys
from kling.errors import SettingsError
from kling.types import Dialect


def check_model() -> Check:
    name = settings.KLING_MODEL
    try:
        model = find_model(name)
    except SettingsError as error:
        return wrong("model", f"KLING_MODEL cannot be used: {error}", _change_hint(name), **_facts(name))
    facts, kind = _facts(name) | {"api": str(model.dialect)}, kind_of_keys()
    if kind in (HALF, NONE):
        return good("model", f"{name} ({model.title}) is live.", **facts, fits=None)
    if model.dialect is Dialect.LEGACY or kind != KEY_PAIR:
        return good("model", f"{name} ({model.title}) is live, and the credentials fit it.", **facts, fits=True)
    if model.twin:
        message = f"{name} ({model.title}) is live; a key pair makes it under its legacy name, {model.twin}."
        return good("model", message, **facts, fits=True)
    return wrong(
        "model",
        f"{name} ({model.title}) is live, but only in Kling's new API, which takes API keys and no key pairs.",
        f"Set KLING_API_KEY to an API key and leave KLING_API_SECRET empty, or KLING_MODEL to one of {_legacy()}.",
        **facts,
        fits=False,
    )


def _facts(name: str) -> dict[str, object]:
    ended = ENDED.get(name)
    return {
        "model": name,
        "live": name in MODELS,  # by this release's list
        "ended_on": ended and ended.ended_on.isoformat(),
        "successor": ended and ended.successor,
    }


def _change_hint(name: str) -> str:
    if name in ENDED:
        return f"Set KLING_MODEL={ENDED[name].successor}"
    near = get_close_matches(name, MODELS, n=1)
    return f"Change KLING_MODEL; did you mean {near[0]}?" if near else "Change KLING_MODEL to one of these."


def _legacy() -> str:
    return ", ".join(model.name for model in offered(api_key=False))
