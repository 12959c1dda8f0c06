"""`manage.py sweep_files`: what the nightly sweep does, at once, or what it would do."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from productvideo import pipeline


class Command(BaseCommand):
    help = (
        "Removes files from the storage that no video, poster or photo owns and that are older than a day. Beat has"
        " it done every night; nothing else is ever removed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="name the files and remove nothing")

    def handle(self, *_: Any, **options: Any) -> None:
        names = pipeline.sweep(dry_run=options["dry_run"])
        for name in names:
            self.stdout.write(name)
        files, were = ("1 file", "was") if len(names) == 1 else (f"{len(names)} files", "were")
        self.stdout.write(f"{files} that nobody owns {'would be' if options['dry_run'] else were} removed.")
