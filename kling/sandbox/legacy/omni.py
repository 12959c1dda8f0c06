"""Creates of omni-video: pictures, elements and a video by address, which is never fetched (kling-api §3.5)."""

from kling.model import Model
from kling.sandbox.answers import invalid, invalid_value
from kling.sandbox.fields import Body, read_list, read_text, read_word
from kling.sandbox.legacy import features
from kling.sandbox.legacy.basics import LARGEST_PICTURE, Basics, read_basics, read_notes
from kling.sandbox.legacy.shots import read_prompt
from kling.sandbox.omni import Inputs, VideoUse, check_inputs, check_length
from kling.sandbox.order import UNTOLD_SECONDS, Order
from kling.sandbox.products import Models, Product
from kling.sandbox.studio.pictures import Picture, read_picture
from kling.sandbox.studio.sizes import RATIOS
from kling.types import Mode

DEFAULT_MODEL = "kling-video-o1"
_REFERENCE, _FIRST, _LAST = "", "first_frame", "end_frame"


def read_omni_order(body: Body, models: Models) -> Order:
    """Raise Refused for the first rule that the body breaks; nothing about the account is looked at."""
    model = models[read_word(body, "model_name", tuple(models), default=DEFAULT_MODEL)]
    basics = read_basics(body, default_mode=Mode.PRO)
    inputs = _read_inputs(body)
    shape = _read_shape(body, inputs)
    prompt = read_prompt(body, duration=basics.duration)
    notes = read_notes(body)
    features.check(body, model, basics)
    _check_together(model, basics, inputs)
    return Order(
        product=Product.OMNI,
        model=model,
        mode=basics.mode,
        duration=UNTOLD_SECONDS if inputs.video is VideoUse.BASE else basics.duration,
        sound=basics.sound,
        prompt=prompt,
        first=inputs.first,
        last=inputs.last,
        references=inputs.references,
        shape=shape,
        video_input=inputs.video is not None,
        original_sound=_keeps_sound(body),
        notes=notes,
    )


def _check_together(model: Model, basics: Basics, inputs: Inputs) -> None:
    check_inputs(inputs)
    if inputs.video and basics.sound:
        raise invalid("sound is not supported with a video")
    if inputs.video is not VideoUse.BASE:
        check_length(model, basics.duration, inputs)


def _read_inputs(body: Body) -> Inputs:
    elements = read_list(body, "element_list")
    features.check_element_ids(elements)
    pictures = [_read_picture(entry) for entry in read_list(body, "image_list")]
    return Inputs(
        first=_the_one(pictures, _FIRST),
        last=_the_one(pictures, _LAST),
        references=tuple(picture for kind, picture in pictures if kind == _REFERENCE),
        elements=len(elements),
        video=_read_video(body),
    )


def _read_picture(entry: object) -> tuple[str, Picture]:
    if not isinstance(entry, dict):
        raise invalid_value("image_list", entry)
    if not (url := read_text(entry, "image_url")):
        raise invalid("image_url can not be null")
    kind = read_word(entry, "type", (_REFERENCE, _FIRST, _LAST), default=_REFERENCE)
    return kind, read_picture(url, largest=LARGEST_PICTURE)


def _the_one(pictures: list[tuple[str, Picture]], kind: str) -> Picture | None:
    found = [picture for each, picture in pictures if each == kind]
    if len(found) > 1:
        raise invalid(f"only one {kind} is supported in image_list")
    return found[0] if found else None


def _read_video(body: Body) -> VideoUse | None:
    videos = read_list(body, "video_list", most=1)
    if not videos:
        return None
    if not isinstance(video := videos[0], dict):
        raise invalid_value("video_list", video)
    url = read_text(video, "video_url")
    if not url.startswith(("http://", "https://")):
        raise invalid_value("video_url", url)
    read_word(video, "keep_original_sound", ("yes", "no"), default="no")
    return VideoUse(read_word(video, "refer_type", tuple(VideoUse), default=VideoUse.BASE))


def _keeps_sound(body: Body) -> bool:
    """Say whether the film has the sound of its video, which was read before."""
    return any(video.get("keep_original_sound") == "yes" for video in read_list(body, "video_list"))


def _read_shape(body: Body, inputs: Inputs) -> tuple[int, int] | None:
    """Return the shape of a film that nothing else gives one."""
    ratio = read_word(body, "aspect_ratio", ("", *RATIOS), default="")
    if not inputs.need_shape:
        return RATIOS.get(ratio) if inputs.first is None else None
    if not ratio:
        raise invalid("aspect_ratio can not be null")
    return RATIOS[ratio]
