"""The log: who spent, cancelled, shared, deleted or invited, to look at."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from productvideo.admin import badges
from productvideo.admin.badges import badge
from productvideo.admin.own import OnlyOwn, OwnPersonas
from productvideo.admin.readonly import ReadOnlyAdmin
from productvideo.models import AuditEntry
from productvideo.prices import plain


@admin.register(AuditEntry)
class AuditEntryAdmin(OnlyOwn, ReadOnlyAdmin):
    list_display = ("at", "who", "what", "subject", "persona", "price", "is_practice")
    list_filter = ("kind", ("persona", OwnPersonas), "who", "at")
    list_select_related = ("persona",)
    search_fields = ("subject", "who")
    date_hierarchy = "at"
    fields = ("at", "who", "kind", "subject", "persona", "units", "simulated")

    @badge(looks=badges.DEEDS, description=_("what"), ordering="kind")
    def what(self, entry: AuditEntry) -> tuple[str, str]:
        return entry.kind, entry.get_kind_display()

    @admin.display(description=_("units"), ordering="units")
    def price(self, entry: AuditEntry) -> str:
        return "" if entry.units is None else plain(entry.units.normalize())

    @admin.display(description=_("practice"), ordering="simulated")
    def is_practice(self, entry: AuditEntry) -> str:
        return gettext("practice") if entry.simulated else ""
