"""How tests make time pass: stored times move back, since patching a clock does not move the database's."""

from datetime import timedelta
from typing import Any

from django.db.models import F

from productvideo.models import KlingAccount, ProductVideo


def always() -> bool:
    return True


def let_time_pass(seconds: float) -> None:
    """Move every stored time back, as if so many seconds had passed."""
    back = timedelta(seconds=seconds)
    for model in (ProductVideo, KlingAccount):
        times = [
            field.name
            for field in model._meta.concrete_fields
            if field.get_internal_type() == "DateTimeField" and field.name != "listed_at"
        ]
        changes: dict[str, Any] = {name: F(name) - back for name in times}
        model.objects.update(**changes)
