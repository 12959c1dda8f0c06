"""The models that Kling has ended: refused, unless the sandbox is told to go on as before (kling-api §4.1, §12 #6).

What they could do is told by §4.2, what they cost by §4.3; for those without a price there, kling-v2-1's is taken.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from kling.model import Model
from kling.sandbox.answers import invalid
from kling.sandbox.products import Models, Product, models_of
from kling.types import Dialect, Mode


def _model(name: str, *, end_frame_modes: tuple[Mode, ...] = (), **rates: str) -> Model:
    return Model(
        name=name,
        title=name,
        durations=(5, 10),
        silent={Mode(mode): Decimal(rate) for mode, rate in rates.items()},
        sounding={},
        end_frame_modes=end_frame_modes,
    )


_ALL = (
    _model("kling-v1", end_frame_modes=(Mode.STD, Mode.PRO), std="0.2", pro="0.7"),
    _model("kling-v1-5", end_frame_modes=(Mode.PRO,), std="0.4", pro="0.7"),
    _model("kling-v1-6", end_frame_modes=(Mode.PRO,), std="0.4", pro="0.7"),
    _model("kling-v2-master", std="2.0"),
    _model("kling-v2-1", end_frame_modes=(Mode.PRO,), std="0.4", pro="0.7"),
    _model("kling-v2-1-master", pro="2.0"),
)
_OF_TEXT = ("kling-v1", "kling-v1-6", "kling-v2-master", "kling-v2-1-master")  # the others never did (§3.4)
ENDED: Mapping[Product, Models] = {
    Product.IMAGE: {model.name: model for model in _ALL},
    Product.TEXT: {model.name: model for model in _ALL if model.name in _OF_TEXT},
    Product.SEVERAL_IMAGES: {model.name: model for model in _ALL if model.name == "kling-v1-6"},
}
TAIL_ONLY = ("kling-v1-5", "kling-v1-6")  # in pro mode


def usable(product: Product, *, allow_ended: bool) -> Models:
    """Return the models that make films of a product by the legacy API, by name."""
    live = models_of(product, Dialect.LEGACY)
    return MappingProxyType({**live, **ENDED.get(product, {})}) if allow_ended else live


def find_live(name: str, models: Models) -> Model:
    """Return a model that may be used; raise Refused, in Kling's words, for an ended one."""
    if name not in models:
        raise invalid(f"The model '{name}' has been discontinued and is no longer available.")
    return models[name]


def has_one_mode(model: Model) -> bool:
    """Say whether the model makes films in one way only, whatever mode is asked for, as the masters did."""
    return len(model.modes) == 1
