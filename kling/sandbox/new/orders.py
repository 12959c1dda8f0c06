"""Creates of the new API: contents or prompt, settings, options, checked in the order of kling-api §11."""

from kling.model import Model
from kling.sandbox.answers import invalid
from kling.sandbox.fields import Body, read_limited
from kling.sandbox.new.contents import OF_IMAGES, OF_OMNI, Contents, check_elements, read_contents
from kling.sandbox.new.notes import read_notes
from kling.sandbox.new.settings import NATIVE, ORIGINAL, WITH_SHOTS, Settings, read_settings
from kling.sandbox.new.shots import check_shots
from kling.sandbox.omni import Inputs, VideoUse, check_inputs, check_length
from kling.sandbox.order import UNTOLD_SECONDS, Order
from kling.sandbox.products import Product
from kling.sandbox.studio.sizes import RATIOS, RESOLUTIONS

# A text alone may be longer than §3N.1 lets a prompt beside a picture be (§12 #20).
_LONG_TEXTS, _LONG_LIMIT = ("kling-3.0", "kling-3.0-turbo"), 3072


def read_image_order(body: Body, model: Model) -> Order:
    """Raise Refused for the first rule that the body breaks; nothing about the account is looked at."""
    contents = read_contents(body, OF_IMAGES, prompt_limit=model.prompt_limit)
    if contents.first is None:
        raise invalid("first_frame can not be null")
    settings = read_settings(body, model, Product.IMAGE)
    notes = read_notes(body)
    check_elements(contents)
    _check_sound(model, settings)
    _check_last(model, settings, contents)
    _check_kinds(model, contents)
    _check_voices(settings, contents)
    _check_shots(model, settings, contents.prompt)
    return Order(
        product=Product.IMAGE,
        model=model,
        mode=settings.mode,
        duration=settings.duration,
        sound=settings.audio == NATIVE,
        prompt=contents.prompt,
        first=contents.first,
        last=contents.last,
        chosen_voice=contents.voices > 0,
        notes=notes,
    )


def read_text_order(body: Body, model: Model) -> Order:
    """The same for text-to-video, whose prompt stands beside its settings."""
    limit = _LONG_LIMIT if model.name in _LONG_TEXTS else model.prompt_limit
    prompt = read_limited(body, "prompt", most=limit)
    if not prompt.strip():
        raise invalid("prompt can not be null")
    settings = read_settings(body, model, Product.TEXT)
    notes = read_notes(body)
    _check_sound(model, settings)
    _check_shots(model, settings, prompt)
    return Order(
        product=Product.TEXT,
        model=model,
        mode=settings.mode,
        duration=settings.duration,
        sound=settings.audio == NATIVE,
        prompt=prompt,
        shape=RATIOS[settings.ratio or "16:9"],
        notes=notes,
    )


def read_omni_order(body: Body, model: Model) -> Order:
    """The same for omni-video, which takes pictures to refer to, and a video by address."""
    contents = read_contents(body, OF_OMNI, prompt_limit=model.prompt_limit)
    inputs = contents.inputs()
    if not contents.prompt.strip() and not inputs.pictures and not inputs.video:
        raise invalid("prompt can not be null")
    settings = read_settings(body, model, Product.OMNI)
    notes = read_notes(body)
    _check_omni(model, settings, inputs)
    _check_shots(model, settings, contents.prompt)
    return Order(
        product=Product.OMNI,
        model=model,
        mode=settings.mode,
        duration=UNTOLD_SECONDS if inputs.video is VideoUse.BASE else settings.duration,
        sound=settings.audio == NATIVE,
        prompt=contents.prompt,
        first=contents.first,
        last=contents.last,
        references=inputs.references,
        shape=RATIOS.get(settings.ratio) if contents.first is None else None,
        video_input=inputs.video is not None,
        original_sound=settings.audio == ORIGINAL,
        notes=notes,
    )


def _check_sound(model: Model, settings: Settings) -> None:
    if settings.audio != NATIVE or settings.mode in model.sound_modes:
        return
    words = " or ".join(RESOLUTIONS[mode] for mode in model.sound_modes)
    raise invalid(f"settings.audio native is only supported in {words} with {model.name}")


def _check_last(model: Model, settings: Settings, contents: Contents) -> None:
    if contents.last is None:
        return
    if not model.end_frame_modes:
        raise invalid(f"{model.name} is not supported with last_frame")
    if settings.mode not in model.end_frame_modes:
        words = " or ".join(RESOLUTIONS[mode] for mode in model.end_frame_modes)
        raise invalid(f"last_frame is only supported in {words} with {model.name}")
    if settings.audio == NATIVE and not model.end_frame_with_sound:
        raise invalid(f"{model.name} is not supported with last_frame and settings.audio native")


def _check_kinds(model: Model, contents: Contents) -> None:
    if contents.elements and model.name != "kling-3.0":
        raise invalid(f"{model.name} is not supported with element")
    if contents.voices and model.name != "kling-2.6":
        raise invalid(f"{model.name} is not supported with voice")


def _check_voices(settings: Settings, contents: Contents) -> None:
    if contents.voices and settings.audio != NATIVE:
        raise invalid("voice is only supported with settings.audio native")


def _check_shots(model: Model, settings: Settings, prompt: str) -> None:
    """Shots told in the prompt count unless they are switched off; kling-3.0-turbo has no switch."""
    if model.always_sounds or (model.name in WITH_SHOTS and settings.shots is not False):
        check_shots(prompt, duration=settings.duration)


def _check_omni(model: Model, settings: Settings, inputs: Inputs) -> None:
    check_inputs(inputs)
    if inputs.need_shape and not inputs.video and not settings.ratio:
        raise invalid("settings.aspect_ratio can not be null")
    if inputs.video is VideoUse.FEATURE and settings.audio != "off":
        raise invalid("settings.audio must be off with feature_video")
    if inputs.video is VideoUse.BASE and settings.audio == NATIVE:
        raise invalid("settings.audio native is not supported with base_video")
    if inputs.video is VideoUse.BASE and settings.shots:
        raise invalid("settings.multi_shot is not supported with base_video")
    if inputs.video is not VideoUse.BASE:
        check_length(model, settings.duration, inputs)
