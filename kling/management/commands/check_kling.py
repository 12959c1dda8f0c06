"""`manage.py check_kling`: can this installation make real videos, and if not, what to do. Costs nothing."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kling.doctor import Check, examine


class Command(BaseCommand):
    help = (
        "Checks the Kling keys, the host, the clock, both of Kling's APIs, the model, the packs, how many videos may"
        " run at once, and whether callbacks can arrive. Asks Kling only what is free. Exit status 1 if something is"
        " wrong; warnings do not count."
    )
    requires_system_checks = []  # what they would stop is what this command explains

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="write one JSON object and nothing else")
        parser.add_argument(
            "--other-region", action="store_true", help="try keys that are refused on Kling's other host too"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        checks = examine(other_region=options["other_region"])
        ok = all(check.ok for check in checks)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": ok, "checks": [check.as_json() for check in checks]}))
        else:
            for check in checks:
                self._write_line(check)
        if not ok:
            raise SystemExit(1)

    def _write_line(self, check: Check) -> None:
        self.stdout.write(f"{self._mark(check)} {check.name}: {_one_line(check.message)}")
        if check.hint:
            self.stdout.write(f"      -> {_one_line(check.hint)}")

    def _mark(self, check: Check) -> str:
        if check.warning:
            return self.style.WARNING("warn ")
        return self.style.SUCCESS("ok   ") if check.ok else self.style.ERROR("wrong")


def _one_line(text: str) -> str:
    """Return a text that does nothing to a terminal, whatever a server has put into it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
