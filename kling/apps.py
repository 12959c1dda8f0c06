"""Kling's API as a Django app: its commands and its system checks."""

from django.apps import AppConfig
from django.core.checks import register


class KlingConfig(AppConfig):
    name = "kling"
    verbose_name = "Kling"

    def ready(self) -> None:
        from kling import checks

        for check in (
            checks.check_credentials,
            checks.check_model,
            checks.check_address,
            checks.check_webhook_secret,
            checks.check_callbacks,
        ):
            register(check)
