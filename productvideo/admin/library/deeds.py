"""What is done with the ticked videos of the library: put them into the bin, or download them together."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from productvideo import services
from productvideo.admin.selection import back_to, selected
from productvideo.admin.site import staff_page
from productvideo.admin.undo import offer_undo
from productvideo.files.zipping import send_zip
from productvideo.models import ProductVideo

LIBRARY = "admin:productvideo_library"


@staff_page(needs="productvideo.change_productvideo")
@require_POST
def bin_videos(request: HttpRequest) -> HttpResponse:
    """Put the ticked videos into the bin; the next page offers to take them out again."""
    videos = selected(request, among=ProductVideo.objects.kept())
    if not videos:
        messages.info(request, _("Nothing was selected."))
    offer_undo(request, services.put_into_bin(videos=videos, by=request.user))  # type: ignore[arg-type]
    return back_to(request, LIBRARY)


@staff_page(needs="productvideo.view_productvideo")
@require_POST
def download_videos(request: HttpRequest) -> HttpResponseBase:
    """Send the films of the ticked videos as one zip file."""
    videos = selected(request)
    if not any(video.file for video in videos):
        messages.info(
            request, _("None of the selected videos has a film yet.") if videos else _("Nothing was selected.")
        )
        return back_to(request, LIBRARY)
    return send_zip(videos)
