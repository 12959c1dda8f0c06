"""`manage.py reconcile`: our database beside Kling's own list, and every difference mended, reported or explained.

Exit status: 0 no difference, or each of them mended or explained; 1 something needs a person; 2 the two could not be
compared, with one sentence on standard error and nothing changed; 130 after Ctrl-C.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from productvideo.reconcile import Comparison, Finding, NotComparableError, compare, telling


class Command(BaseCommand):
    help = (
        "Compares our database with Kling's own list and adopts, mends, reports or explains every difference, both"
        " ways. Safe at any time; sends no order and costs nothing. Try --dry-run first."
    )
    requires_system_checks = []  # what they would stop is said here in one line

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and change nothing at all")
        parser.add_argument(
            "--download",
            type=Path,
            metavar="DIR",
            help="save films that Kling made for videos that are not here any more, or made twice, as DIR/<task>.mp4",
        )
        parser.add_argument("--verify-files", action="store_true", help="read every stored film, byte for byte")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output, nothing else")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            findings = self._run(options)
        except NotComparableError as error:
            self._end(2, str(error))
        except DatabaseError as error:
            self._end(
                2, f"The database does not answer as it should ({error}). Run it again; `migrate` may be missing."
            )
        except KeyboardInterrupt:
            self._end(130, "Stopped; what was mended stays. Run it again to see what is left.")
        if telling.for_a_person(findings):
            raise SystemExit(1)

    def _run(self, options: dict[str, Any]) -> list[Finding]:
        dry_run: bool = options["dry_run"]
        comparison = compare(folder=options["download"], byte_for_byte=options["verify_files"], say=self._say)
        found = comparison.preview() if dry_run else comparison.mend()
        if not options["json"]:
            return self._tell(comparison, found, dry_run=dry_run)
        findings = list(found)
        self.stdout.write(json.dumps(telling.as_json(comparison, findings, dry_run=dry_run)))
        return findings

    def _tell(self, comparison: Comparison, found: Iterator[Finding], *, dry_run: bool) -> list[Finding]:
        """Write each finding as soon as it is done with: a film takes a while."""
        self.stdout.write(telling.head(comparison))
        findings = []
        for finding in found:
            findings.append(finding)
            self.stdout.write("\n".join(telling.lines_of(finding, dry_run=dry_run)))
        self.stdout.write(telling.foot(findings, dry_run=dry_run))
        return findings

    def _say(self, sentence: str) -> None:
        self.stderr.write(sentence, style_func=str)

    def _end(self, status: int, sentence: str) -> NoReturn:
        self._say(sentence)
        raise SystemExit(status)
