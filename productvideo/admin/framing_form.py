"""The fields that ask where a product's films will be shown, and how its photo comes to that shape."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from productvideo.models.storyboard import Shape
from productvideo.photos import AS_IT_IS, Fill, Framing

SHARED = {"data-shared": "true"}  # also asked for by each of several photos
FILLS = [(Fill.PAD.value, _("Add to the sides, cut nothing")), (Fill.CROP.value, _("Crop, add nothing"))]


class FramingForm(forms.Form):
    """Shape, filling, colour and place of the crop; what is left out is as the photo, padded, white, in the middle."""

    shape = forms.ChoiceField(
        choices=Shape.choices,
        required=False,
        initial=Shape.AS_PHOTO.value,
        label=_("Where will it be shown?"),
        widget=forms.RadioSelect(attrs=SHARED),
    )
    fill = forms.ChoiceField(
        choices=FILLS,
        required=False,
        initial=Fill.PAD.value,
        label=_("If the photo has another shape"),
        widget=forms.RadioSelect(attrs=SHARED),
    )
    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}\Z",
        required=False,
        initial=AS_IT_IS.colour,
        label=_("Colour around the product"),
        widget=forms.TextInput(attrs={**SHARED, "type": "color"}),
        error_messages={"invalid": _("Write a colour such as #ffffff.")},
    )
    shift = forms.IntegerField(
        min_value=0,
        max_value=100,
        required=False,
        initial=50,
        label=_("Which part is kept"),
        widget=forms.NumberInput(attrs={**SHARED, "type": "range", "min": "0", "max": "100", "step": "1"}),
    )

    @property
    def framing(self) -> Framing:
        """What was asked for; only for a form that is valid so far as these fields go."""
        said = self.cleaned_data
        shift = said.get("shift")
        return Framing(
            shape=said.get("shape") or AS_IT_IS.shape,
            fill=Fill(said.get("fill") or Fill.PAD),
            colour=said.get("colour") or AS_IT_IS.colour,
            shift=0.5 if shift is None else shift / 100,
        )
