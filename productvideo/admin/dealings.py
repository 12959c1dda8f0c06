"""Our dealings with Kling, to look at: the accounts and the ledger."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personas.models import Persona
from productvideo.admin import badges
from productvideo.admin.badges import badge
from productvideo.admin.readonly import ReadOnlyAdmin
from productvideo.models import KlingAccount, Submission
from productvideo.prices import plain


@admin.register(KlingAccount)
class KlingAccountAdmin(ReadOnlyAdmin):
    list_display = ("host", "simulated", "sending", "units_left", "listed_at", "called_back_at", "checked_at")
    list_filter = ("simulated",)
    search_fields = ("host",)
    exclude = ("list_token", "turn", "pause_ends_on_read")

    @badge(looks=badges.SENDING, description=_("sending"))
    def sending(self, account: KlingAccount) -> tuple[str, str]:
        return ("paused", gettext("paused")) if account.pause_reason else ("on", gettext("on"))


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """The ledger has no foreign keys: it outlives personas, and a line is seen by who sees the persona it names."""

    list_display = ("sent_at", "persona", "kind", "what_became_of_it", "units", "task_id", "simulated", "approved_by")
    list_filter = ("kind", "outcome", "simulated", "sent_at", "persona")
    search_fields = ("task_id", "request_id", "persona", "video_id")
    date_hierarchy = "sent_at"
    exclude = ("refused_mark",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        entries: QuerySet[Submission] = super().get_queryset(request)
        if request.user.is_superuser:
            return entries
        return entries.filter(persona_key__in=Persona.objects.visible_to(request.user).values("pk"))

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404

    @badge(looks=badges.OUTCOMES, description=_("outcome"), ordering="outcome")
    def what_became_of_it(self, submission: Submission) -> tuple[str, str]:
        return submission.outcome, submission.get_outcome_display()

    @admin.display(description=_("units"))
    def units(self, submission: Submission) -> str:
        if submission.units_charged is not None:
            return plain(submission.units_charged)
        if submission.kind == Submission.Kind.LOOK_UP:
            return gettext("free")
        return gettext("about %(units)s") % {"units": plain(submission.units_estimated)}
