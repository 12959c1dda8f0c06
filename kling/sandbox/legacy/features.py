"""What only some models can do: modes, lengths, sound, end frame, elements, voices (kling-api §3.1, §4.2).

Texts in quotes in §3.7 are Kling's; the others follow their pattern, since Kling's own are not recorded.
"""

from kling.model import Model
from kling.sandbox.answers import invalid, invalid_value
from kling.sandbox.fields import Body, read_flag, read_list
from kling.sandbox.legacy.basics import Basics
from kling.sandbox.products import Product
from kling.types import Mode

# Only ended models could (§3.1): a camera that is controlled, and a brush for what moves.
_WITH_CAMERA = ((Product.TEXT, "kling-v1", Mode.STD, 5), (Product.IMAGE, "kling-v1-5", Mode.PRO, 5))
_WITH_BRUSH = (("kling-v1", Mode.STD, 5), ("kling-v1", Mode.PRO, 5), ("kling-v1-5", Mode.PRO, 5))
WITH_SHOTS = ("kling-v3", "kling-v3-omni")


def check(body: Body, model: Model, basics: Basics) -> None:
    """Raise Refused for the first thing that this live model cannot do in any product."""
    if basics.mode not in model.modes:
        raise invalid_value("mode", str(basics.mode))
    if basics.duration not in {*model.durations, *model.end_frame_durations}:
        raise invalid_value("duration", str(basics.duration))
    _check_sound(model, basics)
    _check_shots(body, model)


def _check_sound(model: Model, basics: Basics) -> None:
    if not basics.sound or basics.mode in model.sound_modes:
        return
    if not model.sound_modes:
        raise invalid(f"{model.name} is not supported with sound")
    raise invalid(f"sound is only supported in {' or '.join(model.sound_modes)} mode with {model.name}")


def _check_shots(body: Body, model: Model) -> None:
    if read_flag(body, "multi_shot") and model.name not in WITH_SHOTS:
        raise invalid(f"{model.name} is not supported with multi_shot")


def check_end_frame(model: Model, basics: Basics) -> None:
    """Raise Refused unless this model can be given its last frame as it is asked to be."""
    if not model.end_frame_modes:
        raise invalid(f"{model.name} is not supported with image_tail")
    if basics.mode not in model.end_frame_modes:
        raise invalid(f"image_tail is only supported in {' or '.join(model.end_frame_modes)} mode with {model.name}")
    if basics.sound and not model.end_frame_with_sound:
        raise invalid(f"{model.name} is not supported with image_tail and sound")


def check_camera(body: Body, product: Product, model: Model, basics: Basics) -> None:
    if body.get("camera_control") and (product, model.name, basics.mode, basics.duration) not in _WITH_CAMERA:
        raise invalid("camera_control is only supported in std mode with 5s duration and kling-v1")


def check_masks(body: Body, model: Model, basics: Basics) -> None:
    is_asked = body.get("static_mask") or body.get("dynamic_masks")
    if is_asked and (model.name, basics.mode, basics.duration) not in _WITH_BRUSH:
        raise invalid(f"{model.name} is not supported with motion brush")


def check_elements(body: Body, model: Model) -> None:
    if not (elements := read_list(body, "element_list", most=3)):
        return
    if model.name != "kling-v3":
        raise invalid(f"{model.name} is not supported with element_list")
    if body.get("voice_list"):
        raise invalid("element_list and voice_list can not be used together")
    check_element_ids(elements)


def check_element_ids(elements: list[object]) -> None:
    if not all(isinstance(element, dict) and element.get("element_id") for element in elements):
        raise invalid_value("element_list", elements)


def check_voices(body: Body, model: Model, basics: Basics) -> bool:
    """Raise Refused for voices that cannot be; say whether any is chosen."""
    if not (voices := read_list(body, "voice_list", most=2)):
        return False
    if model.name != "kling-v2-6" or basics.mode != Mode.PRO:
        raise invalid(f"{model.name} is not supported with voice_list")
    if not basics.sound:
        raise invalid("voice_list is only supported with sound on")
    if not all(isinstance(voice, dict) and voice.get("voice_id") for voice in voices):
        raise invalid_value("voice_list", voices)
    return True
