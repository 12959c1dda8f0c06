"""Questions about videos that have names, and the claim: how a worker takes rows nobody else has."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser, User
from django.db import connections, models, transaction
from django.db.models import Case, F, When
from django.db.models.functions import Now

from personas.models import seen_by
from productvideo.states import AT_KLING, AWAITED, FINISHED, Stage

if TYPE_CHECKING:
    from productvideo.models import KlingAccount, ProductVideo

MOST_CLAIMS = 5  # so many workers died on a row before it is flagged and tried ever more rarely
RARELY = tuple(timedelta(minutes=minutes) for minutes in (2, 4, 8, 16, 32, 60))  # from the sixth claim on


def now() -> Now:
    """Return the database's clock: the only one that decides what is due."""
    return Now()


class ProductVideoQuerySet(models.QuerySet["ProductVideo"]):
    """Videos, asked by meaning."""

    def due(self) -> ProductVideoQuerySet:
        return self.filter(due_at__lte=now())

    def unfinished(self) -> ProductVideoQuerySet:
        return self.filter(due_at__isnull=False)  # which a constraint says, and a small index answers

    def finished(self) -> ProductVideoQuerySet:
        return self.filter(stage__in=FINISHED)

    def of_account(self, account: KlingAccount) -> ProductVideoQuerySet:
        return self.filter(account=account)

    def at_kling(self) -> ProductVideoQuerySet:
        """Those that hold one of the account's slots."""
        return self.filter(stage__in=AT_KLING)

    def awaited(self) -> ProductVideoQuerySet:
        """Those that one of Kling's list pages can move."""
        return self.filter(stage__in=AWAITED)

    def unanswered(self) -> ProductVideoQuerySet:
        """Those that were sent and may or may not exist at Kling."""
        return self.filter(stage=Stage.SUBMITTING)

    def visible_to(self, user: User | AnonymousUser) -> ProductVideoQuerySet:
        """Those of the personas that a person may see."""
        return self.filter(seen_by(user, "persona__members"))

    def kept(self) -> ProductVideoQuerySet:
        """Those that nobody put into the bin."""
        return self.filter(binned_at__isnull=True)

    def binned(self) -> ProductVideoQuerySet:
        return self.filter(binned_at__isnull=False)

    def for_cards(self) -> ProductVideoQuerySet:
        return self.select_related("account", "photo", "scene").defer("source_url")

    def for_list(self) -> ProductVideoQuerySet:
        return self.select_related("persona", "product", "account").order_by("-created_at", "-pk")

    def claim(self, *, limit: int, lease: timedelta) -> list[ProductVideo]:
        """Take up to `limit` due rows by postponing them; a dead worker's rows become due again by themselves.

        The outer WHERE repeats what makes a row due. Without that, PostgreSQL lets the loser of a race claim the
        row a second time; SKIP LOCKED inside only saves the waiting.
        """
        if not self.due().exists():
            return []  # most ticks find nothing, and this takes no lock
        token = uuid.uuid4()
        with transaction.atomic(using=self.db):
            candidates = self.due().order_by("due_at", "pk")
            if connections[self.db].features.has_select_for_update_skip_locked:
                candidates = candidates.select_for_update(skip_locked=True)
            self.filter(pk__in=candidates.values("pk")[:limit]).due().update(**postponed(token, lease))
        return list(
            self.model.objects.using(self.db)
            .filter(lease_token=token)
            .select_related("persona", "photo", "account")
            .order_by("created_at", "pk")
        )


def postponed(token: uuid.UUID, lease: timedelta) -> dict[str, object]:
    """Return the columns of a claim; a row that seems to kill its workers comes back later and later."""
    whens = [When(claims=MOST_CLAIMS + number, then=now() + later) for number, later in enumerate(RARELY)]
    return {
        "due_at": Case(
            *whens,
            When(claims__gt=MOST_CLAIMS, then=now() + RARELY[-1]),
            default=now() + lease,
            output_field=models.DateTimeField(),
        ),
        "lease_token": token,
        "claims": F("claims") + 1,
    }
