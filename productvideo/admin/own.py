"""Admin lists that show each person only what belongs to their personas."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from personas.models import seen_by


class OnlyOwn:
    """An admin class of rows that only the members of their persona see; for all others they are not there.

    `members` is the way from a row to its persona's members.
    """

    members = "persona__members"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        return rows.filter(seen_by(request.user, self.members))

    def seen_object(self, request: HttpRequest, object_id: str) -> Any:
        """Return a row for a page of our own; one that is not theirs is not there."""
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):  # type: ignore[attr-defined]
            raise PermissionDenied
        return row

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404


class OwnPersonas(admin.RelatedFieldListFilter):
    """A filter by persona that names one's own personas only."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        ordering = self.field_admin_ordering(field, request, model_admin)
        return list(field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=seen_by(request.user)))
