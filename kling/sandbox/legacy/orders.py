"""Creates of image2video and text2video: every field of kling-api §3.1 and §3.4, checked in the order of §11."""

from collections.abc import Mapping

from kling.catalog import ENDED
from kling.model import Model
from kling.sandbox.answers import invalid, invalid_value
from kling.sandbox.fields import Body, read_limited, read_text, read_word
from kling.sandbox.legacy import features
from kling.sandbox.legacy.basics import LARGEST_PICTURE, PROMPT_LIMIT, RATIOS, read_basics, read_notes
from kling.sandbox.legacy.shots import read_prompt
from kling.sandbox.order import Order
from kling.sandbox.products import Product, models_of
from kling.sandbox.studio.pictures import Picture, read_picture
from kling.types import Dialect

DEFAULT_MODEL = "kling-v1"  # and ended: who sends no model is refused (§12 #5)
# Those that made films from text alone; kling-v1-5 and kling-v2-1 never did (§3.4).
_ENDED_OF_TEXT = ("kling-v1", "kling-v1-6", "kling-v2-master", "kling-v2-1-master")


def read_image_order(body: Body) -> Order:
    """Raise Refused for the first rule that the body breaks; nothing about the account is looked at."""
    models = models_of(Product.IMAGE, Dialect.LEGACY)
    name = _read_model_name(body, (*models, *ENDED))
    basics = read_basics(body)
    read_limited(body, "negative_prompt", most=PROMPT_LIMIT)
    first, last = _read_pictures(body)
    prompt = read_prompt(body, duration=basics.duration)
    notes = read_notes(body)
    model = _find_live(name, models)
    features.check(body, model, basics)
    if last is not None:
        features.check_end_frame(model, basics)
    features.check_camera(body)
    features.check_masks(body, model)
    features.check_elements(body, model)
    chosen_voice = features.check_voices(body, model, basics)
    return Order(
        product=Product.IMAGE,
        model=model,
        mode=basics.mode,
        duration=basics.duration,
        sound=basics.sound,
        prompt=prompt,
        first=first,
        last=last,
        chosen_voice=chosen_voice,
        notes=notes,
    )


def read_text_order(body: Body) -> Order:
    """The same for text2video, which has no pictures, and a shape instead."""
    models = models_of(Product.TEXT, Dialect.LEGACY)
    name = _read_model_name(body, (*models, *_ENDED_OF_TEXT))
    basics = read_basics(body)
    ratio = read_word(body, "aspect_ratio", tuple(RATIOS), default="16:9")
    read_limited(body, "negative_prompt", most=PROMPT_LIMIT)
    prompt = read_prompt(body, duration=basics.duration)
    notes = read_notes(body)
    model = _find_live(name, models)
    features.check(body, model, basics)
    features.check_camera(body)
    chosen_voice = features.check_voices(body, model, basics)
    return Order(
        product=Product.TEXT,
        model=model,
        mode=basics.mode,
        duration=basics.duration,
        sound=basics.sound,
        prompt=prompt,
        shape=RATIOS[ratio],
        chosen_voice=chosen_voice,
        notes=notes,
    )


def _read_model_name(body: Body, known: tuple[str, ...]) -> str:
    name = read_text(body, "model_name") or DEFAULT_MODEL
    if name not in known:
        raise invalid_value("model_name", name)
    return name


def _find_live(name: str, models: Mapping[str, Model]) -> Model:
    if name not in models:
        raise invalid(f"The model '{name}' has been discontinued and is no longer available.")
    return models[name]


def _read_pictures(body: Body) -> tuple[Picture, Picture | None]:
    """Return the pictures of the first frame and of the last."""
    image, tail = read_text(body, "image"), read_text(body, "image_tail")
    if not image:
        raise invalid("image can not be null")
    last = read_picture(tail, largest=LARGEST_PICTURE) if tail else None
    return read_picture(image, largest=LARGEST_PICTURE), last
