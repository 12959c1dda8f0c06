"""`manage.py seed_demo --videos N`: a library full of practice videos, to try the lists with."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from productvideo.demo.many import seed

MOST = 100_000


class Command(BaseCommand):
    help = (
        "Makes practice videos of the last 60 days, with products, files and ledger lines, without Kling and without a"
        " worker. They go again with “Remove all practice videos”, or one by one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--videos", type=int, default=120, metavar="N", help="how many (default 120)")

    def handle(self, *_: Any, **options: Any) -> None:
        count = options["videos"]
        if not 1 <= count <= MOST:
            raise CommandError(f"--videos is {count}; say a number from 1 to {MOST}.")
        if not settings.PRACTICE_MODE:
            raise CommandError("There are Kling keys in .env, and practice videos do not mix with real work.")
        began = time.monotonic()
        seed(count, by=User.objects.filter(is_superuser=True).order_by("pk").first())
        seconds = time.monotonic() - began
        self.stdout.write(f"{count} practice videos made in {seconds:.1f} s. Open the videos' list to see them.")
