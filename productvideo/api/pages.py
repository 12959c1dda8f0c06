"""Long lists in pages, newest first: `{"next": address or null, "results": […]}`.

DRF's own cursor compares times for equality. SQLite stores its clock's milliseconds as "….123" and gets ours as
"….123000", which never are equal as texts; so a time is looked for between two microseconds here, on any database.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError as BadValueError
from django.db.models import Model, Q
from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from productvideo.api.fields import full_url

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last row of the page before."""

    created_at: datetime
    pk: Any

    @classmethod
    def read(cls, text: str, model: type[Model]) -> Cursor:
        """Read a cursor of our own writing; raise ValueError for any other text."""
        try:
            created_at, _, key = base64.urlsafe_b64decode(text.encode()).decode().partition("|")
            moment = datetime.fromisoformat(created_at).astimezone(UTC)
            return cls(created_at=moment, pk=model._meta.pk.to_python(key))
        except (binascii.Error, UnicodeError, BadValueError) as error:
            raise ValueError("not a cursor") from error

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.created_at.isoformat()}|{self.pk}".encode()).decode()

    def older(self) -> Q:
        """The rows that come after this one in a list that shows the newest first."""
        before, after = self.created_at - MICROSECOND, self.created_at + MICROSECOND
        return Q(created_at__lte=before) | Q(created_at__gt=before, created_at__lt=after, pk__lt=self.pk)


class PageQuery(serializers.Serializer[None]):
    """Which page, and how long."""

    cursor = serializers.CharField(required=False)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=200, default=50)


class NewestFirst(BasePagination):
    """Pages that stay right while new rows come in at the top."""

    def paginate_queryset(
        self,
        queryset: Any,
        request: Request,
        view: APIView | None = None,  # noqa: ARG002  DRF's signature
    ) -> list[Any]:
        query = PageQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        size = query.validated_data["page_size"]
        if cursor := query.validated_data.get("cursor"):
            queryset = queryset.filter(_older(cursor, queryset.model))
        rows = list(queryset.order_by("-created_at", "-pk")[: size + 1])
        self.next = _address(request, rows[size - 1]) if len(rows) > size else None
        return rows[:size]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "results": data})


def _older(cursor: str, model: type[Model]) -> Q:
    try:
        return Cursor.read(cursor, model).older()
    except (ValueError, OverflowError):
        sentence = "This is no cursor of ours; start from the first page."
        raise serializers.ValidationError({"cursor": [sentence]}) from None


def _address(request: Request, last: Any) -> str:
    cursor = Cursor(created_at=last.created_at, pk=last.pk)
    return replace_query_param(full_url(request.get_full_path(), request), "cursor", str(cursor))
