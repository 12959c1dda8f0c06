"""Creates of multi-image2video, whose only model Kling has ended (kling-api §3.6)."""

from kling.sandbox.answers import invalid, invalid_value
from kling.sandbox.ended import find_live
from kling.sandbox.fields import Body, read_limited, read_list, read_text, read_word
from kling.sandbox.legacy import features
from kling.sandbox.legacy.basics import LARGEST_PICTURE, PROMPT_LIMIT, read_basics, read_notes
from kling.sandbox.order import Order
from kling.sandbox.products import Models, Product
from kling.sandbox.studio.pictures import Picture, read_picture
from kling.sandbox.studio.sizes import RATIOS

ONLY_MODEL = "kling-v1-6"
_MOST_PICTURES = 4


def read_several_order(body: Body, models: Models) -> Order:
    """Raise Refused for the first rule that the body breaks; nothing about the account is looked at."""
    name = read_word(body, "model_name", (ONLY_MODEL,), default=ONLY_MODEL)
    basics = read_basics(body)
    ratio = read_word(body, "aspect_ratio", tuple(RATIOS), default="16:9")
    read_limited(body, "negative_prompt", most=PROMPT_LIMIT)
    pictures = [_read_picture(entry) for entry in read_list(body, "image_list", most=_MOST_PICTURES)]
    if not pictures:
        raise invalid("image_list can not be null")
    prompt = read_limited(body, "prompt", most=PROMPT_LIMIT)
    if not prompt.strip():
        raise invalid("prompt can not be null")
    notes = read_notes(body)
    model = find_live(name, models)
    features.check(body, model, basics)
    return Order(
        product=Product.SEVERAL_IMAGES,
        model=model,
        mode=basics.mode,
        duration=basics.duration,
        sound=False,
        prompt=prompt,
        references=tuple(pictures),
        shape=RATIOS[ratio],
        notes=notes,
    )


def _read_picture(entry: object) -> Picture:
    if not isinstance(entry, dict):
        raise invalid_value("image_list", entry)
    if not (content := read_text(entry, "image")):
        raise invalid("image can not be null")
    return read_picture(content, largest=LARGEST_PICTURE)
