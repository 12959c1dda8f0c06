"""The Celery application: ticks without arguments, sent by beat, answered by any worker."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("stillreel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
