"""A take that cannot be made again as it was: why, in one sentence, and the page where another model makes it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

import kling
from productvideo.defaults import nearest_model
from productvideo.models import ProductVideo
from productvideo.prices import quote
from productvideo.services import retake_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherModel:
    """The model that is offered instead, by its title, and the product's page with it and the scene chosen."""

    why: str
    title: str
    address: str


def other_model_for(video: ProductVideo) -> OtherModel | None:
    """Return what can be had instead of another take with the same settings; None where those can still be made."""
    try:
        quote(retake_settings(video), clips=1)
    except kling.SettingsError as refusal:
        nearest = nearest_model(video.model_name)
        return OtherModel(why=_why(video.model_name, refusal), title=nearest.title, address=_address(video, nearest))
    return None


def _why(name: str, refusal: kling.SettingsError) -> str:
    words = {"model": kling.title_of(name)}
    if name in kling.ENDED:
        words["day"] = date_format(kling.ENDED[name].ended_on, "j M Y")
        return _("Kling ended %(model)s on %(day)s, so another take needs another model.") % words
    if isinstance(refusal, kling.WrongCredentialsError):
        text = _(
            "The keys that are set do not reach %(model)s; another take needs an API key of Kling's or another model."
        )
        return text % words
    if name not in kling.MODELS:
        return _("Kling has no model %(model)s any more, so another take needs another one.") % words
    return str(refusal)


def _address(video: ProductVideo, model: kling.Model) -> str:
    """Return the product's page with this model chosen, and beside it what can be kept of the video's settings."""
    wanted = {"scene": video.scene_id, "model": model.name, "mode": video.mode, "duration": video.duration}
    wanted |= {name: "on" for name, on in (("sound", video.sound), ("loop", video.loop)) if on}
    page = reverse("admin:productvideo_product_page", args=[video.product_id])
    return f"{page}?{urlencode(wanted)}#spending"
