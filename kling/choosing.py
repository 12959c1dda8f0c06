"""Which of Kling's two APIs an order goes to: its model and the credentials decide (kling-api §0, §1.3, §4.1)."""

import warnings
from dataclasses import replace

from kling.catalog import ENDED, MODELS, find_model
from kling.dialects import legacy, new
from kling.errors import SettingsError, WrongCredentialsError
from kling.model import Model
from kling.types import Dialect, ImageToVideo, Listing, Product
from kling.wire.transport import Request

NEW_API_NEEDS_KEY = (
    "Kling's new API takes API keys only, and an access key with a secret key is set. Make an API key in Kling's"
    " console (https://kling.ai/dev/api-key). Nothing was sent."
)


class UnknownModelWarning(UserWarning):
    """A model that this release does not know is sent as it is: Kling adds models faster than we release."""


def write_order(order: ImageToVideo, *, api_key: bool) -> Request:
    """Return the create of the API that fits; raise SettingsError for what cannot be made, or not with this login."""
    name = order.settings.model_name
    if name in ENDED:
        find_model(name)  # raises: it names the successor
    if name not in MODELS:
        return _write_unknown(order, api_key=api_key)
    model = reachable(MODELS[name], api_key=api_key)
    order = replace(order, settings=replace(order.settings, model_name=model.name))
    model.check(order.settings)
    model.check_order(prompt=order.prompt, largest_picture=max(len(order.image), len(order.end_image)))
    if model.dialect is Dialect.NEW:
        return new.create(order, product=model.product)
    return legacy.create(order, listing=model.listing)


def reachable(model: Model, *, api_key: bool) -> Model:
    """Return the model under a name that these credentials open; raise WrongCredentialsError if it has none."""
    if api_key or model.dialect is Dialect.LEGACY:
        return model
    if model.twin:
        return MODELS[model.twin]
    legacy_names = [live.name for live in MODELS.values() if live.dialect is Dialect.LEGACY]
    raise WrongCredentialsError(
        f"{model.title} is only in Kling's new API, which takes API keys and no access key with a secret key. Make an"
        f" API key in Kling's console (https://kling.ai/dev/api-key), or choose one of {', '.join(legacy_names)}."
    )


def listing_of(model_name: str) -> Listing:
    """Return where a model's tasks are found again, by its name alone; also when it has left the catalogue."""
    if model_name in MODELS:
        return MODELS[model_name].listing
    if not model_name.startswith("kling-v") and model_name:
        return Listing.TASKS
    return Listing.OMNI_VIDEO if _is_omni(model_name) else Listing.IMAGE2VIDEO


def _write_unknown(order: ImageToVideo, *, api_key: bool) -> Request:
    name = order.settings.model_name
    warnings.warn(f"The model {name!r} is not known here; it is sent as it is.", UnknownModelWarning, stacklevel=4)
    if listing_of(name) is Listing.TASKS and api_key:
        if order.settings.negative_prompt:  # it would be left out without a word, and paid for
            raise SettingsError("Kling's new API takes no negative prompt; say it in the prompt instead.")
        return new.create(order, product=Product.OMNI_VIDEO if _is_omni(name) else Product.IMAGE_TO_VIDEO)
    return legacy.create(order, listing=Listing.OMNI_VIDEO if _is_omni(name) else Listing.IMAGE2VIDEO)


def _is_omni(model_name: str) -> bool:
    return "omni" in model_name or "video-o" in model_name
