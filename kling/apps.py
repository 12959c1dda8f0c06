"""Kling's API as a Django app: its commands and its system checks."""

from django.apps import AppConfig


class KlingConfig(AppConfig):
    name = "kling"
    verbose_name = "Kling"
