"""Telling: whoever approved gets one mail per product, once all of their videos of it have ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse

from productvideo.models import Product, ProductVideo
from productvideo.querysets import ProductVideoQuerySet, now
from productvideo.states import Stage

log = logging.getLogger(__name__)

STILL_NEWS = timedelta(days=1)  # what ended longer ago is told to nobody, also when mail is set up only now
TRY_AGAIN = 300.0  # seconds that this process leaves a mail server alone that did not take a mail
_quiet_until = {"mail": 0.0}


def tell() -> int:
    """Send the mails that are due; return how many. Without EMAIL_URL there are none."""
    if not settings.EMAIL_URL or time.monotonic() < _quiet_until["mail"]:
        return 0
    told = 0
    for product, approver in _due():
        told += _tell(product, approver)
    return told


def _due() -> list[tuple[int, int]]:
    """Return the products and approvers, by id, with ended videos that nobody was told of and none under way."""
    under_way = ProductVideo.objects.unfinished().filter(
        product=OuterRef("product"), approved_by=OuterRef("approved_by")
    )
    ended = _untold().filter(~Exists(under_way), approved_by__is_active=True).exclude(approved_by__email="")
    return list(ended.order_by().values_list("product", "approved_by").distinct())


def _untold() -> ProductVideoQuerySet:
    return ProductVideo.objects.finished().filter(told_at__isnull=True, finished_at__gt=now() - STILL_NEWS)


def _tell(product: int, approver: int) -> bool:
    """Claim these videos by saying that they are told, and take that back if the mail could not be sent."""
    videos = list(_untold().filter(product=product, approved_by=approver).order_by("created_at"))
    ids = [video.pk for video in videos]
    if not _claim(ids):
        return False
    if all(video.error_code == "cancelled" for video in videos):
        return False  # no news for who cancelled them
    try:
        _send(Product.objects.get(pk=product), videos)
    except (OSError, SMTPException) as error:
        log.warning("The mail about product %s could not be sent and is tried later: %s", product, error)
        ProductVideo.objects.filter(pk__in=ids).update(told_at=None)
        _quiet_until["mail"] = time.monotonic() + TRY_AGAIN
        return False
    return True


def _claim(ids: Sequence[UUID]) -> bool:
    """Take all of these videos or none; False when somebody else is telling them."""
    with transaction.atomic():
        claimed = ProductVideo.objects.filter(pk__in=ids, told_at__isnull=True).update(told_at=now())
        if claimed < len(ids):
            transaction.set_rollback(True)
    return 0 < len(ids) == claimed


def _send(product: Product, videos: Sequence[ProductVideo]) -> None:
    context = {
        "product": product,
        "videos": videos,
        "ready": sum(video.stage == Stage.COMPLETE for video in videos),
        "address": settings.PUBLIC_URL + reverse("admin:productvideo_product_page", args=[product.pk]),
        "has_address": bool(settings.PUBLIC_URL),
        "practice": all(video.account.simulated for video in videos),
    }
    subject = " ".join(render_to_string("stillreel/mail/subject.txt", context).split())
    approver = videos[0].approved_by
    if approver:
        send_mail(subject, render_to_string("stillreel/mail/body.txt", context), None, [approver.email])
