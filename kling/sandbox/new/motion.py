"""Creates of motion-control in the new API: a picture moves as a video shows, which is never fetched (§3N.1)."""

from kling.model import Model
from kling.sandbox.answers import invalid
from kling.sandbox.fields import Body, read_object, read_text, read_word
from kling.sandbox.new.contents import OF_MOTION, Contents, Kind, read_contents
from kling.sandbox.new.notes import read_notes
from kling.sandbox.new.settings import MODES, OFF, ORIGINAL
from kling.sandbox.order import UNTOLD_SECONDS, Order
from kling.sandbox.products import ORIENTATIONS, Product

_PROMPT_LIMIT = 2500


def read_motion_order(body: Body, model: Model) -> Order:
    """Raise Refused for the first rule that the body breaks; nothing about the account is looked at."""
    contents = read_contents(body, OF_MOTION, prompt_limit=_PROMPT_LIMIT)
    _check_contents(contents)
    settings = read_object(body, "settings")
    if not read_text(settings, "character_orientation", label="settings.character_orientation"):
        raise invalid("settings.character_orientation can not be null")
    label = "settings.character_orientation"
    read_word(settings, "character_orientation", ORIENTATIONS, default="", label=label)
    resolution = read_word(settings, "resolution", ("720p", "1080p"), default="720p", label="settings.resolution")
    audio = read_word(settings, "audio", (ORIGINAL, OFF), default=ORIGINAL, label="settings.audio")
    return Order(
        product=Product.MOTION,
        model=model,
        mode=MODES[resolution],
        duration=UNTOLD_SECONDS,
        sound=False,
        prompt=contents.prompt,
        first=contents.pictures[Kind.IMAGE],
        video_input=True,
        original_sound=audio == ORIGINAL,
        notes=read_notes(body),
    )


def _check_contents(contents: Contents) -> None:
    if Kind.IMAGE not in contents.pictures:
        raise invalid("image can not be null")
    if not contents.videos:
        raise invalid("video can not be null")
    if contents.elements > 1:
        raise invalid("element cannot exceed 1 in total")
