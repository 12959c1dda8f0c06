"""How the body of a request is read: within bounds, and never with a crash."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

BLOCK = 1024 * 1024
MOST_SWALLOWED = 256 * BLOCK


class TooLargeError(APIException):
    """The request is larger than a photo can be in any spelling."""

    status_code = 413
    default_code = "too_large"


class PatientJSONParser(JSONParser):
    """JSON that is nested too deeply is a mistake of who sent it, not of ours."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("JSON parse error - it is nested too deeply.") from None


def require_bounded(request: Request) -> None:
    """Raise TooLargeError by the announced length; DRF reads JSON past Django's own limit."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    size = int(announced) if announced.isdecimal() else 0
    if limit is not None and size > limit:
        _swallow(request, size)
        raise TooLargeError(
            f"The request has {size / BLOCK:.0f} MB and at most {limit // BLOCK} are taken; a photo may have 40."
        )


def _swallow(request: Request, size: int) -> None:
    # Who still sends does not listen: without this, the answer is lost in a broken connection.
    if size <= MOST_SWALLOWED:
        while request._request.read(BLOCK):
            pass
