"""Sharing with people who have no account: make a link, find what it shows, stop it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from personas.models import Persona
from productvideo import audit
from productvideo.ages import has_passed
from productvideo.models import Product, ProductVideo, Share
from productvideo.models.share import ENDS_AFTER
from productvideo.querysets import ProductVideoQuerySet, now
from productvideo.services.refusals import RefusalError
from productvideo.states import Stage


def share_video(*, video: ProductVideo, by: User | None = None, ends_at: datetime | None = None) -> Share:
    """Make a link to one finished video, which ends after 30 days or at `ends_at`."""
    if video.stage != Stage.COMPLETE or video.binned_at is not None:
        raise RefusalError(_("Only finished videos that are not in the bin can be shared."))
    return _share(Share(video=video), video.persona, subject=f"{video} · {video.product}", by=by, ends_at=ends_at)


def share_product(*, product: Product, by: User | None = None, ends_at: datetime | None = None) -> Share:
    """Make a link to the chosen takes of a product, as they are whenever it is opened."""
    if not _chosen(product).exists():
        raise RefusalError(_("No take of this product is chosen yet; choose one, or share a single video."))
    return _share(Share(product=product), product.persona, subject=str(product), by=by, ends_at=ends_at)


def revoke_share(*, share: Share, by: User | None = None) -> None:
    """Stop a link at once; doing so again changes nothing."""
    with transaction.atomic():
        if Share.objects.filter(pk=share.pk, revoked_at__isnull=True).update(revoked_at=now()):
            product = share.product or share.video.product  # type: ignore[union-attr]
            audit.record(audit.Kind.REVOKE, str(share), by=by, persona=product.persona)
    share.refresh_from_db()


def open_share(token: str) -> Share | None:
    """Return what a link leads to; None for one that has ended, was revoked, or never was, all the same."""
    return (
        Share.objects.open().select_related("video__persona", "video__product", "product").filter(token=token).first()
    )


def videos_of_share(share: Share) -> ProductVideoQuerySet:
    """Return what a share shows now, in the order of the storyboard; nothing that is in the bin."""
    if share.product is not None:
        return _chosen(share.product)
    return ProductVideo.objects.kept().filter(shares=share, stage=Stage.COMPLETE)


def count_view(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(views=F("views") + 1, opened_at=now())


def count_download(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(downloads=F("downloads") + 1)


def _chosen(product: Product) -> ProductVideoQuerySet:
    """The chosen takes of the scenes that are on the storyboard."""
    chosen = product.scenes.filter(chosen__isnull=False).values("chosen")
    return ProductVideo.objects.kept().filter(pk__in=chosen, stage=Stage.COMPLETE).order_by("scene__position", "pk")


def _share(share: Share, persona: Persona, *, subject: str, by: User | None, ends_at: datetime | None) -> Share:
    if ends_at is not None and has_passed(ends_at):
        raise RefusalError(_("The link would have ended already; choose a later day."))
    share.ends_at = ends_at or now() + ENDS_AFTER
    share.created_by = by
    with transaction.atomic():
        share.save()
        audit.record(audit.Kind.SHARE, subject, by=by, persona=persona)
    share.refresh_from_db()
    return share
