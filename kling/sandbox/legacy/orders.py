"""Creates of image2video and text2video: every field of kling-api §3.1 and §3.4, checked in the order of §11."""

from dataclasses import replace

from kling.model import Model
from kling.sandbox.answers import invalid
from kling.sandbox.ended import ENDED, TAIL_ONLY, find_live, has_one_mode
from kling.sandbox.fields import Body, read_limited, read_text, read_word
from kling.sandbox.legacy import features
from kling.sandbox.legacy.basics import LARGEST_PICTURE, PROMPT_LIMIT, Basics, read_basics, read_notes
from kling.sandbox.legacy.shots import read_prompt
from kling.sandbox.order import Order
from kling.sandbox.products import Models, Product
from kling.sandbox.studio.pictures import Picture, read_picture
from kling.sandbox.studio.sizes import RATIOS
from kling.types import Mode

DEFAULT_MODEL = "kling-v1"  # and ended: who sends no model is refused (§12 #5)


def read_image_order(body: Body, models: Models) -> Order:
    """Raise Refused for the first rule that the body breaks; nothing about the account is looked at."""
    name = read_word(body, "model_name", (*models, *ENDED[Product.IMAGE]), default=DEFAULT_MODEL)
    basics = read_basics(body)
    read_limited(body, "negative_prompt", most=PROMPT_LIMIT)
    first, last = _read_pictures(body, name, basics)
    prompt = read_prompt(body, duration=basics.duration, may_be_empty=name in ENDED[Product.IMAGE])
    notes = read_notes(body)
    model = find_live(name, models)
    basics = _fitted(basics, model)
    features.check(body, model, basics)
    if last is not None:
        features.check_end_frame(model, basics)
    features.check_camera(body, Product.IMAGE, model, basics)
    features.check_masks(body, model, basics)
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


def read_text_order(body: Body, models: Models) -> Order:
    """The same for text2video, which has no pictures, and a shape instead."""
    name = read_word(body, "model_name", (*models, *ENDED[Product.TEXT]), default=DEFAULT_MODEL)
    basics = read_basics(body)
    ratio = read_word(body, "aspect_ratio", tuple(RATIOS), default="16:9")
    read_limited(body, "negative_prompt", most=PROMPT_LIMIT)
    prompt = read_prompt(body, duration=basics.duration)
    notes = read_notes(body)
    model = find_live(name, models)
    basics = _fitted(basics, model)
    features.check(body, model, basics)
    features.check_camera(body, Product.TEXT, model, basics)
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


def _fitted(basics: Basics, model: Model) -> Basics:
    return replace(basics, mode=model.modes[0]) if has_one_mode(model) else basics


def _read_pictures(body: Body, name: str, basics: Basics) -> tuple[Picture | None, Picture | None]:
    """Return the pictures of the first frame and of the last."""
    image, tail = read_text(body, "image"), read_text(body, "image_tail")
    may_be_tail_only = name in TAIL_ONLY and basics.mode is Mode.PRO
    if not image and not tail and name in TAIL_ONLY:
        raise invalid("image and image_tail can not both be empty")
    if not image and not (tail and may_be_tail_only):
        raise invalid("image can not be null")
    last = read_picture(tail, largest=LARGEST_PICTURE) if tail else None
    return (read_picture(image, largest=LARGEST_PICTURE) if image else None), last
