"""What Kling makes videos from: the products that are served here, by their words in both APIs."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from kling import catalog, types
from kling.model import Model
from kling.types import Dialect

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
    """Say whether a model that makes films of images makes them of this, too."""
    if product is Product.MOTION:
        return bool(model.motion)
    return product is not Product.SEVERAL_IMAGES


_MODELS = {(product, dialect): _find_models(product, dialect) for product in Product for dialect in Dialect}
