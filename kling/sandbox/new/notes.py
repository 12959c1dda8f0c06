"""The `options` of creates in the new API (kling-api §3N.1)."""

from kling.sandbox.fields import Body, read_object, read_text, read_watermark
from kling.sandbox.order import Notes


def read_notes(body: Body) -> Notes:
    options = read_object(body, "options")
    return Notes(
        external_id=read_text(options, "external_task_id"),
        watermark=read_watermark(options),
        callback_url=read_text(options, "callback_url"),
    )
