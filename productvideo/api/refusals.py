"""What the API answers when something cannot be had; the sentences are those of the services.

400  the request: `{field: [sentence, …]}`, or `{"detail": …}` for a body that cannot be read
401  no session and no token; 403 not staff, or not with this role; 404 also for what other personas own; 405, 413,
     415 as usual; all with `{"detail": …}`
409  the storyboard is not as the caller saw it: `{"detail", "changes": [sentence, …], "videos": [what is there]}`
409  the persona's monthly limit, and every other refusal: `{"detail": …}`
503  Kling refuses our keys or the account, or our keys are half set: `{"detail": what to mend}`; nothing was bought
"""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from rest_framework.response import Response
from rest_framework.views import exception_handler

import kling
from kling.connection import ConfigurationError
from productvideo.api.serializers import VideoSerializer
from productvideo.models import ProductVideo
from productvideo.photos import PhotoError
from productvideo.services import InvalidInputError, RefusalError, StoryboardChangedError


def answer_refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer for an error; None for what nobody expected."""
    match error:
        case InvalidInputError() | PhotoError():
            errors = {"photo": str(error)} if isinstance(error, PhotoError) else error.errors
            return Response({field: [sentence] for field, sentence in errors.items()}, status=400)
        case StoryboardChangedError():
            return _storyboard_changed(error, context)
        case RefusalError():
            return Response({"detail": str(error)}, status=409)
        case kling.RefusedError() | ConfigurationError():
            return Response({"detail": str(error)}, status=503)
        case SuspiciousOperation():
            return Response({"detail": "The request is malformed or too large."}, status=400)
        case _:
            return exception_handler(error, context)


def _storyboard_changed(error: StoryboardChangedError, context: dict[str, Any]) -> Response:
    there = ProductVideo.objects.for_list().filter(pk__in=[video.pk for video in error.videos])
    videos = VideoSerializer(there, many=True, context=context).data
    return Response({"detail": str(error), "changes": error.changes, "videos": videos}, status=409)
