"""Which of Kling's two APIs an order goes to: its model and the credentials decide (kling-api §0, §1.3, §4.1)."""

from kling.catalog import MODELS, Model
from kling.errors import WrongCredentialsError
from kling.types import Dialect


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
