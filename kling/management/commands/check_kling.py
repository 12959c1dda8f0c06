"""`manage.py check_kling`: can this installation make real videos, and if not, what to do. Costs nothing."""

import json
import shutil
import textwrap
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kling.doctor import Check, examine

INDENT = " " * 9


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
        self._write(f"{self._mark(check)} ", f"{check.name}: {check.message}")
        if check.hint and check.was_tried:
            self._write("      -> ", check.hint)

    def _mark(self, check: Check) -> str:
        if not check.was_tried:
            return "--   "
        if check.warning:
            return self.style.WARNING("warn ")
        return self.style.SUCCESS("ok   ") if check.ok else self.style.ERROR("wrong")

    def _write(self, begin: str, text: str) -> None:
        """Write a line; on a terminal, several that line up."""
        lines = [_one_line(text)]
        if self.stdout.isatty():
            width = shutil.get_terminal_size().columns - len(INDENT) - 1
            lines = textwrap.wrap(lines[0], max(width, 30), break_long_words=False, break_on_hyphens=False)
        self.stdout.write(begin + f"\n{INDENT}".join(lines))


def _one_line(text: str) -> str:
    """Return a text that does nothing to a terminal, whatever a server has put into it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
