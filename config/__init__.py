"""How the parts are wired: settings, URLs, Celery, the one-command start."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
