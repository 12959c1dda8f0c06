"""What comes in: each kind of request, checked field by field before any service is asked."""

from typing import Any

from django.conf import settings as site
from rest_framework import serializers

import kling
from personas.models import Persona
from productvideo import defaults, services
from productvideo.api.access import persona_unnamed
from productvideo.api.fields import FramedPhotoField, PhotoField, PromptField, WordsField, framing_of
from productvideo.models import Product
from productvideo.models.storyboard import Shape
from productvideo.photos import Fill
from productvideo.services import DESCRIPTION_LIMIT, NAME_LIMIT, SeenScene
from productvideo.states import Status

Attributes = dict[str, Any]
MOST = 2**31 - 1  # of a counter in the database
NO_PHOTO = "Send a photo of the product."
HIGHEST_ID = 2**63 - 1


class PersonaField(serializers.PrimaryKeyRelatedField[Persona]):
    """The id of one of the caller's personas, as a number or as text."""

    def __init__(self, **kwargs: Any) -> None:
        number = serializers.IntegerField()
        super().__init__(queryset=Persona.objects.all(), pk_field=number, required=False, allow_null=True, **kwargs)

    def get_queryset(self) -> Any:
        return Persona.objects.visible_to(self.context["request"].user)


class PlanField(WordsField):
    """The code of a plan of shots; "" and null leave it to what the product is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_blank=True, allow_null=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        try:
            return services.known_plan(super().to_internal_value(data))
        except services.InvalidInputError as error:
            raise serializers.ValidationError(str(error)) from None


class ScenesRequest(serializers.Serializer[None]):
    """The body of `POST /api/ai/generate-scenes`."""

    product_name = WordsField(max_length=NAME_LIMIT)
    product_description = WordsField(max_length=DESCRIPTION_LIMIT)
    persona = PersonaField()
    plan = PlanField()
    image = PhotoField(required=False, allow_null=True)


class ProductRequest(serializers.Serializer[None]):
    """The body of `POST /api/products/`; the photo may also be called `image`.

    No persona means `Default`, for who is a member of it.

    `plan` is the plan of shots; `shape` says where the films will be shown, `fill` and `colour` how the photo comes to
    that shape.
    """

    persona = PersonaField()
    name = WordsField(max_length=NAME_LIMIT)
    description = WordsField(max_length=DESCRIPTION_LIMIT)
    plan = PlanField()
    shape = serializers.ChoiceField(Shape.choices, required=False)
    fill = serializers.ChoiceField([fill.value for fill in Fill], required=False)
    colour = serializers.RegexField(r"^#[0-9a-fA-F]{6}\Z", required=False)
    photo = FramedPhotoField(required=False, allow_null=True)
    image = FramedPhotoField(required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> Attributes:
        """Name a missing photo beside whatever else is wrong, and not only once the rest is right."""
        try:
            known: Attributes = super().to_internal_value(data)
        except serializers.ValidationError as error:
            missing = {} if data.get("photo") or data.get("image") else {"photo": [NO_PHOTO]}
            raise serializers.ValidationError({**error.detail, **missing}) from None  # type: ignore[dict-item]
        return known

    def validate(self, attrs: Attributes) -> Attributes:
        sent = [attrs[name] for name in ("photo", "image") if attrs.get(name)]
        if len(sent) != 1:
            sentence = "Send one photo, not two." if sent else NO_PHOTO
            raise serializers.ValidationError({"photo": [sentence]})
        persona = attrs.get("persona") or persona_unnamed(self.context["request"].user)
        return {**attrs, "persona": persona, "photo": sent[0], "framing": framing_of(attrs)}


class SceneRequest(serializers.Serializer[None]):
    """The body of `PATCH /api/products/{id}/scenes/{scene}/`: the version that was read, and what shall be changed."""

    version = serializers.IntegerField(min_value=1, max_value=MOST)
    title = WordsField(required=False)
    description = WordsField(required=False, allow_blank=True)
    prompt = PromptField(required=False)


class SeenSceneRequest(serializers.Serializer[None]):
    """A scene as the caller saw it: its id alone, or with `version` (now: the present one) and `takes` (now: 0)."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(required=False, min_value=1, max_value=MOST)
    takes = serializers.IntegerField(required=False, min_value=0, max_value=MOST, default=0)

    def to_internal_value(self, data: Any) -> Attributes:
        is_id = isinstance(data, int | str) and not isinstance(data, bool)
        seen: Attributes = super().to_internal_value({"id": data} if is_id else data)
        return seen


class ApprovalRequest(serializers.Serializer[None]):
    """The body of `POST /api/products/{id}/videos/`; needs the product in its context.

    Without `scenes` every scene is meant, and none with a take already: the same request again buys nothing.
    An unknown field is refused, since a misspelt one would spend money on something else than was meant.
    """

    scenes = SeenSceneRequest(many=True, required=False, allow_empty=False)
    model_name = WordsField(required=False)
    model = WordsField(required=False)
    mode = serializers.ChoiceField(choices=[mode.value for mode in kling.Mode], required=False)
    duration = serializers.IntegerField(required=False)
    sound = serializers.BooleanField(required=False, default=False)
    loop = serializers.BooleanField(required=False, default=False)
    units = serializers.DecimalField(required=False, max_digits=16, decimal_places=6, min_value=0)

    def to_internal_value(self, data: Any) -> Attributes:
        unknown = sorted(set(data) - set(self.fields) - {"csrfmiddlewaretoken"}) if isinstance(data, dict) else []
        if unknown:
            known = ", ".join(self.fields)
            raise serializers.ValidationError({name: [f"Unknown field; there are {known}."] for name in unknown})
        wish: Attributes = super().to_internal_value(data)
        return wish

    def validate(self, attrs: Attributes) -> Attributes:
        return {
            "scenes": self._seen(attrs.get("scenes")),
            "settings": _settings(attrs),
            "units": attrs.get("units"),
        }

    def _seen(self, named: list[Attributes] | None) -> list[SeenScene]:
        product: Product = self.context["product"]
        there = {scene.pk: scene for scene in product.scenes.all()}
        if not there:
            raise serializers.ValidationError({"scenes": ["This product has no scenes yet."]})
        if named is None:
            named = [{"id": pk, "takes": 0} for pk in there]
        for scene in named:
            if scene["id"] not in there:
                raise serializers.ValidationError({"scenes": [f"This product has no scene {scene['id']}."]})
        if len({scene["id"] for scene in named}) != len(named):
            raise serializers.ValidationError({"scenes": ["Name each scene only once."]})
        return [
            SeenScene(
                scene_id=scene["id"],
                version=scene.get("version", there[scene["id"]].version),
                takes=scene["takes"],
            )
            for scene in named
        ]


def _settings(attrs: Attributes) -> kling.Settings:
    named = "model" if "model" in attrs else "model_name"
    model_name = attrs.get(named, "")
    if attrs.get("model_name", model_name) != model_name:
        raise serializers.ValidationError({"model": ["model and model_name differ; send one of them."]})
    mode, seconds, sound, loop = attrs.get("mode", ""), attrs.get("duration"), attrs["sound"], attrs["loop"]
    try:
        return defaults.clip_settings(model_name=model_name, mode=mode, duration=seconds, sound=sound, loop=loop)
    except kling.SettingsError as error:
        model = kling.MODELS.get(model_name or site.KLING_MODEL)
        out_of_reach = isinstance(error, kling.WrongCredentialsError)
        culprit = named if model is None or out_of_reach else _culprit(model, attrs)
        raise serializers.ValidationError({culprit: [str(error)]}) from None


def _culprit(model: kling.Model, attrs: Attributes) -> str:
    """Name the field that the model cannot do, in the order in which the catalogue looks."""
    mode, seconds, sound, loop = attrs.get("mode"), attrs.get("duration"), attrs["sound"], attrs["loop"]
    if mode and mode not in model.modes:
        return "mode"
    if seconds is not None and seconds not in model.lengths(end_frame=loop):
        return "duration"
    mode = mode or defaults.cheapest_mode(model, sound=sound, loop=loop)
    return "sound" if sound and mode not in model.sound_modes else "loop"


class VideoQuery(serializers.Serializer[None]):
    """The filters of `GET /api/videos/`."""

    persona = serializers.IntegerField(required=False, max_value=HIGHEST_ID)
    product = serializers.IntegerField(required=False, max_value=HIGHEST_ID)
    status = serializers.ChoiceField(choices=Status.choices, required=False)
