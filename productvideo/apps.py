"""Making videos as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProductVideoConfig(AppConfig):
    name = "productvideo"
    verbose_name = _("Product videos")
