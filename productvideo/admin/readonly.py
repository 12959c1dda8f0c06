"""Admin pages of what the machine owns: everybody allowed may look, nobody edits by hand."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin


class MachineOwned:
    """Takes adding, changing and deleting away from an admin class."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(MachineOwned, ModelAdmin):
    """A list and a detail page to look at."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True


class TakesRowsAlong:
    """Deleting takes along rows that the machine owns, which nobody may delete by themselves."""

    def get_deleted_objects(self, objs: Sequence[Model], request: HttpRequest) -> tuple[Any, Any, set[str], Any]:
        listed, counts, _, protected = super().get_deleted_objects(objs, request)  # type: ignore[misc]
        return listed, counts, set(), protected
