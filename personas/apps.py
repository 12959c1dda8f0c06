"""The personas as a Django app."""

from django.apps import AppConfig


class PersonasConfig(AppConfig):
    name = "personas"
