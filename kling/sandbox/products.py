"""What Kling makes videos from: the three products that are served here, by their words in both APIs."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from kling import catalog, types
from kling.model import Model
from kling.types import Dialect


class Product(StrEnum):
    """A product, by its word in the legacy paths; tasks are stored under it."""

    IMAGE = "image2video"
    TEXT = "text2video"
    OMNI = "omni-video"

    @property
    def new_word(self) -> str:
        """Its word in the new paths."""
        return _NEW_WORDS[self]


_NEW_WORDS = {Product.IMAGE: "image-to-video", Product.TEXT: "text-to-video", Product.OMNI: "omni-video"}
LEGACY_WORDS: Mapping[str, Product] = {product.value: product for product in Product}
NEW_WORDS: Mapping[str, Product] = {word: product for product, word in _NEW_WORDS.items()}


def models_of(product: Product, dialect: Dialect) -> Mapping[str, Model]:
    """Return the live models of a product, by their names in one API; texts are filmed by those that film images."""
    return _MODELS[product, dialect]


def _find_models(product: Product, dialect: Dialect) -> Mapping[str, Model]:
    made_for = types.Product.OMNI_VIDEO if product is Product.OMNI else types.Product.IMAGE_TO_VIDEO
    return MappingProxyType(
        {
            model.name: model
            for model in catalog.MODELS.values()
            if model.dialect is dialect and model.product is made_for
        }
    )


_MODELS = {(product, dialect): _find_models(product, dialect) for product in Product for dialect in Dialect}
