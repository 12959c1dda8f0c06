"""The door for Kling: it may say that a task has changed, at an address that only Kling was told."""

from __future__ import annotations

import logging
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import path
from django.utils.log import log_response
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

import kling
from productvideo import callbacks

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024  # Kling's have about one


class RefusedDeliveryError(Exception):
    """A delivery that nothing is done about; the text says why and holds nothing of what was sent."""

    def __init__(self, why: str, *, status: int) -> None:
        super().__init__(why)
        self.status = status


@csrf_exempt
@never_cache
def take_callback(request: HttpRequest, token: str) -> HttpResponse:
    """Answer every good delivery alike, whatever became of the video that it tells of."""
    response = _answer(request, token)
    response["X-Stillreel"] = "webhooks"  # by which check_kling knows this door, also from its refusals
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        video_id = _open(token)
        callback = _read(_body(request), request)
    except RefusedDeliveryError as refusal:
        return _refuse(request, refusal)
    callbacks.make_due(video_id, callback)
    log.info("Kling called about video %s.", video_id)
    return JsonResponse({})


urlpatterns = [path("kling/<str:token>/", take_callback, name="kling-callback")]


def _open(token: str) -> UUID:
    if (video_id := callbacks.video_id_of(token)) is None:
        raise RefusedDeliveryError("There is nothing here.", status=404)
    return video_id


def _body(request: HttpRequest) -> bytes:
    """Read no more than is allowed, also of a body whose length nobody says."""
    is_open_ended = not request.META.get("CONTENT_LENGTH") and request.META.get("wsgi.input_terminated")
    source = request.META["wsgi.input"] if is_open_ended else request
    try:
        body: bytes = source.read(MOST_BYTES + 1)
    except OSError:
        raise RefusedDeliveryError("The body did not arrive.", status=400) from None
    if len(body) > MOST_BYTES:
        raise RefusedDeliveryError("The body is larger than 64 KB.", status=413)
    return body


def _read(body: bytes, request: HttpRequest) -> kling.Callback:
    if settings.KLING_WEBHOOK_SECRET:
        _require_signature(body, request)
    if (callback := kling.read_callback(body)) is None:
        raise RefusedDeliveryError("The body is no callback of Kling's.", status=400)
    return callback


def _require_signature(body: bytes, request: HttpRequest) -> None:
    try:
        kling.verify_callback(settings.KLING_WEBHOOK_SECRET, request.headers, body)
    except kling.CallbackSignatureError as error:
        raise RefusedDeliveryError(str(error), status=401) from None
    except kling.WebhookSecretError as error:
        log.error("KLING_WEBHOOK_SECRET cannot be used, so every callback is refused: %s", error)  # noqa: TRY400
        raise RefusedDeliveryError("The signature cannot be checked here.", status=401) from None


def _refuse(request: HttpRequest, refusal: RefusedDeliveryError) -> HttpResponse:
    response = JsonResponse({"detail": str(refusal)}, status=refusal.status)
    log_response("A callback was refused: %s", str(refusal), response=response, request=request, logger=log)
    return response
