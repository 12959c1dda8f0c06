"""Creates of motion-control: a picture moves as somebody does in a video, which is never fetched (kling-api §3.6)."""

from kling.sandbox.answers import invalid, invalid_value
from kling.sandbox.fields import Body, read_limited, read_list, read_text, read_word
from kling.sandbox.legacy import features
from kling.sandbox.legacy.basics import LARGEST_PICTURE, PROMPT_LIMIT, read_notes
from kling.sandbox.order import UNTOLD_SECONDS, Order
from kling.sandbox.products import ORIENTATIONS, Models, Product
from kling.sandbox.studio.pictures import read_picture
from kling.types import Mode

DEFAULT_MODEL = "kling-v2-6"
_MODES = (Mode.STD, Mode.PRO)


def read_motion_order(body: Body, models: Models) -> Order:
    """Raise Refused for the first rule that the body breaks; nothing about the account is looked at."""
    name = read_word(body, "model_name", tuple(models), default=DEFAULT_MODEL)
    picture, video = (_needed(body, field) for field in ("image_url", "video_url"))
    if not video.startswith(("http://", "https://")):
        raise invalid_value("video_url", video)
    _needed(body, "character_orientation")
    read_word(body, "character_orientation", ORIENTATIONS, default="")
    _needed(body, "mode")
    mode = Mode(read_word(body, "mode", _MODES, default=""))
    keeps_sound = read_word(body, "keep_original_sound", ("yes", "no"), default="yes") == "yes"
    features.check_element_ids(read_list(body, "element_list", most=1))
    return Order(
        product=Product.MOTION,
        model=models[name],
        mode=mode,
        duration=UNTOLD_SECONDS,
        sound=False,
        prompt=read_limited(body, "prompt", most=PROMPT_LIMIT),
        first=read_picture(picture, largest=LARGEST_PICTURE),
        video_input=True,
        original_sound=keeps_sound,
        notes=read_notes(body),
    )


def _needed(body: Body, name: str) -> str:
    if not (text := read_text(body, name)):
        raise invalid(f"{name} can not be null")
    return text
