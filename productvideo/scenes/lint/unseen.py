"""What Kling would take for something else, and nobody sees: reference tokens, control characters."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from productvideo.scenes.cleaning import clean_prompt, has_marks, has_unseen
from productvideo.scenes.lint.case import Breach, Case

FIELDS = ("prompt", "negative_prompt")


def reference_token(case: Case) -> Iterator[Breach]:
    for field in FIELDS:
        text = getattr(case, field)
        if has_marks(text):
            yield Breach(
                rule="reference_token",
                sentence=_("Brackets such as <<<image_1>>> make Kling look for another picture; they are taken out."),
                mends=(clean_prompt(text).text,),
                field=field,
            )


def control_characters(case: Case) -> Iterator[Breach]:
    for field in FIELDS:
        text = getattr(case, field)
        if has_unseen(text):
            yield Breach(
                rule="control_characters",
                sentence=_("There are characters in it that nobody sees; they are taken out."),
                mends=(clean_prompt(text).text,),
                field=field,
            )
