"""`manage.py check_kling`: can this installation make real videos, and if not, what to do. Costs nothing."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from kling.doctor import Check, examine


class Command(BaseCommand):
    help = "Checks the Kling keys, the host, whether it accepts them, and the units that are left. Costs nothing."
    requires_system_checks = []  # what they would stop is what this command explains

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="write one JSON object and nothing else")

    def handle(self, *_: Any, **options: Any) -> None:
        checks = examine()
        ok = all(check.ok for check in checks)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": ok, "checks": [asdict(check) for check in checks]}))
        else:
            for check in checks:
                self._write_line(check)
        if not ok:
            raise SystemExit(1)

    def _write_line(self, check: Check) -> None:
        mark = self.style.SUCCESS("ok   ") if check.ok else self.style.ERROR("wrong")
        self.stdout.write(f"{mark} {check.name}: {check.message}")
        if check.hint:
            self.stdout.write(f"      -> {check.hint}")
