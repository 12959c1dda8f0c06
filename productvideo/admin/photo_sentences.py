"""What the page says of a photo before it is uploaded: the limits and the sentences that the script is given."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from productvideo.photos import cleaning
from productvideo.photos.kinds import READERS, SIGNS, SUFFIXES


def photo_rules() -> dict[str, Any]:
    """Return limits and sentences; {name}, {width}, {height}, {shape} and {count} are filled in by the script."""
    return {
        "limits": {
            "bytes": cleaning.MAX_BYTES,
            "pixels": cleaning.MAX_PIXELS,
            "side": cleaning.MIN_SIDE,
            "ratio": cleaning.MAX_RATIO,
            "framed": cleaning.FRAMED_RATIO,
        },
        # The server's own signs; their notation means the same to JavaScript.
        "taken": [sign.pattern.decode("ascii") for sign, _reader in READERS],
        "signs": [
            {"pattern": sign.pattern.decode("ascii"), "any_case": bool(sign.flags & re.IGNORECASE), "kind": str(kind)}
            for sign, kind in SIGNS
        ],
        "suffixes": {suffix: str(kind) for suffix, kind in SUFFIXES.items()},
        "words": {
            "foreign": _("“{name}” is {kind}."),
            "unreadable": _("“{name}” is not a picture that can be read; choose a JPEG, PNG or WebP photo."),
            "empty": _("“{name}” is empty; choose the photo again."),
            "heavy": _("“{name}” is larger than 40 MB; export it as a smaller JPEG and choose that."),
            "pixels": _("“{name}” has {width} × {height} pixels, and at most 64 megapixels are taken."),
            "small": _("“{name}” is {width} × {height} px, and each side must have at least 300 px."),
            "long": _("“{name}” is {width} × {height} px, longer than 1:2.5; choose another shape above, or crop it."),
            "framed": _("“{name}” is {width} × {height} px, longer than 1:6; crop it closer to a square."),
            "crop": _(
                "Cropped to {shape}, only {width} × {height} px would be left of “{name}”, and each side must have at"
                " least 300; add to its sides instead."
            ),
            "damaged": _("“{name}” cannot be shown here; it may be damaged. The upload will tell."),
            "size": _("{name} · {width} × {height} px"),
            "make": _("Make {count} products"),
            "made": _("{done} of {count} products are made."),
            "all": _("All {count} products are made. Open one, and its scenes are written there."),
            "left": _("{done} of {count} products are made; what is wrong with the others is said beside them."),
            "connection": _("No connection; nothing is lost. Try again in a moment."),
            "trouble": _("The server could not take it; nothing is lost. Try again in a moment."),
        },
    }
