"""Choosing the best take of a scene: one conditional UPDATE, so that no colleague's choice is overwritten unseen."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from productvideo.models import ProductVideo, Scene
from productvideo.querysets import now
from productvideo.services.refusals import RefusalError
from productvideo.states import Stage


def choose_take(*, video: ProductVideo, instead_of: UUID | None) -> Scene:
    """Make a complete take its scene's chosen one; `instead_of` is the one that the person saw chosen before."""
    if video.stage != Stage.COMPLETE:
        raise RefusalError(_("Only a finished take can be chosen."))
    scene = Scene.objects.filter(pk=video.scene_id).first() if video.scene_id else None
    if scene is None:
        raise RefusalError(_("The scene of this take was removed; there is nothing to choose it for."))
    seen = Scene.objects.filter(pk=scene.pk, chosen=instead_of)
    chosen = seen.update(chosen=video, updated_at=now())
    scene.refresh_from_db()
    if not chosen and scene.chosen_id != video.pk:
        raise RefusalError(_someone_else(scene))
    return scene


def _someone_else(scene: Scene) -> str:
    if scene.chosen is None:
        return _("Somebody took the choice back meanwhile; choose again if you still want to.")
    return _("Somebody chose take %(take)d meanwhile; choose again if you still want to.") % {
        "take": scene.chosen.take
    }
