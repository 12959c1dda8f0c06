"""What Kling makes videos from: the products that are served here, by their words in both APIs."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from kling import catalog, types
from kling.model import Model
from kling.types import Dialect, Mode

Models = Mapping[str, Model]
ORIENTATIONS = ("image", "video")  # whom a character of motion control looks like


class Product(StrEnum):
    """A product, by its word in the legacy paths; tasks are stored under it."""

    IMAGE = "image2video"
    TEXT = "text2video"
    OMNI = "omni-video"
    MOTION = "motion-control"
    SEVERAL_IMAGES = "multi-image2video"  # of the legacy API alone, and of a model that Kling has ended

    @property
    def new_word(self) -> str:
        """Its word in the new paths."""
        return _NEW_WORDS[self]


_NEW_WORDS = {
    Product.IMAGE: "image-to-video",
    Product.TEXT: "text-to-video",
    Product.OMNI: "omni-video",
    Product.MOTION: "motion-control",
}
LEGACY_WORDS: Mapping[str, Product] = {product.value: product for product in Product}
NEW_WORDS: Mapping[str, Product] = {word: product for product, word in _NEW_WORDS.items()}


def models_of(product: Product, dialect: Dialect) -> Models:
    """Return the live models of a product, by their names in one API; texts are filmed by those that film images."""
    return _MODELS[product, dialect]


def _find_models(product: Product, dialect: Dialect) -> Models:
    made_for = types.Product.OMNI_VIDEO if product is Product.OMNI else types.Product.IMAGE_TO_VIDEO
    models = (model for model in catalog.MODELS.values() if model.dialect is dialect and model.product is made_for)
    return MappingProxyType({model.name: model for model in models if _makes(model, product)})


def _makes(model: Model, product: Product) -> bool:
    """Say whether a model makes films of a product, though the catalogue says only what it makes of images."""
    if product is Product.MOTION:
        return model.name in MOTION_RATES
    return product is not Product.SEVERAL_IMAGES


# Motion control is no product of the catalogue: units a second by mode (§4.3).
_V3, _V26 = (
    MappingProxyType({Mode.STD: Decimal(std), Mode.PRO: Decimal(pro)}) for std, pro in (("0.9", "1.2"), ("0.5", "0.8"))
)
MOTION_RATES: Mapping[str, Mapping[Mode, Decimal]] = {
    "kling-v3": _V3,
    "kling-3.0": _V3,
    "kling-v2-6": _V26,
    "kling-2.6": _V26,
}


_MODELS = {(product, dialect): _find_models(product, dialect) for product in Product for dialect in Dialect}
