"""The button beside a pause: whoever has mended its reason at Kling has sending tried again at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kling.connection import ConfigurationError
from productvideo import services
from productvideo.admin.selection import back_to
from productvideo.admin.site import staff_page


@staff_page(needs="productvideo.approve_productvideo")
@require_POST
def try_again(request: HttpRequest) -> HttpResponse:
    """End the pause of the account in use; pressed once more, or too late, it changes nothing."""
    try:
        was_paused = services.try_again_now()
    except ConfigurationError as error:
        messages.error(request, str(error))
        return back_to(request, "home")
    if was_paused:
        messages.success(
            request,
            _("The pause is over: what waits is sent now. Load the page again in a moment to see what Kling says."),
        )
    else:
        messages.info(request, _("There is no pause any more: what waits is sent as soon as it can be."))
    return back_to(request, "home")
