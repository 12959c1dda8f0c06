"""Why a person cannot have what was asked for; every text can be shown as it is."""

from __future__ import annotations

from collections.abc import Sequence

from productvideo.models import ProductVideo


class RefusalError(Exception):
    """Something a person asked for and cannot have; the text says why and what to do."""


class InvalidInputError(RefusalError):
    """Words that cannot be taken; `errors` says what is wrong, field by field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class BudgetError(RefusalError):
    """The persona's monthly limit does not allow it."""


class StoryboardChangedError(RefusalError):
    """What the person saw is no longer so; nothing was bought.

    `changes` are sentences, `videos` what is there now; `own` says that the same person has bought it already.
    """

    def __init__(self, changes: Sequence[str], videos: Sequence[ProductVideo] = (), *, own: bool = False) -> None:
        super().__init__(" ".join(changes))
        self.changes = list(changes)
        self.videos = list(videos)
        self.own = own
