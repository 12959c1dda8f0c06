"""The tests that hold the promises do hold them: take out what keeps a promise, and a test that is named turns red."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from clones import OURS, Clone

pytestmark = pytest.mark.chaos


@dataclass(frozen=True)
class Mutation:
    """In `file`, the text `kept` becomes `lost`; then `test` fails."""

    file: str
    kept: str
    lost: str
    test: str


SUBMIT, CHECK, COLLECT = (f"tests/pipeline/test_{step}.py" for step in ("submit", "check", "collect"))
TRIES = 3
RACES = "tests/races/test_races.py"

MUTATIONS = {
    "the repeated predicate": Mutation(
        "productvideo/querysets.py",
        '.filter(pk__in=candidates.values("pk")[:limit]).due().update(',
        '.filter(pk__in=candidates.values("pk")[:limit]).update(',
        f"{RACES}::test_no_row_is_claimed_by_two[postgres-claim-without-skipping]",
    ),
    "the lease token": Mutation(
        "productvideo/models/video.py",
        "return Q(lease_token=self.lease_token)",
        "return Q()",
        f"{COLLECT}::test_a_lost_lease_shows_nothing",
    ),
    "the look-up": Mutation(
        "productvideo/pipeline/submit.py",
        "look = _ask(client, video)",
        "look = Look.EMPTY",
        f"{SUBMIT}::test_a_lost_answer_is_looked_up_and_never_sent_twice",
    ),
    "the second look": Mutation(
        "productvideo/pipeline/submit.py",
        "EMPTY_LOOKS = 2",
        "EMPTY_LOOKS = 1",
        f"{SUBMIT}::test_two_minutes_alone_are_no_reason_to_send_again",
    ),
    "the wait before sending again": Mutation(
        "productvideo/pipeline/submit.py",
        "submitted_at__lte=long_ago",
        "submitted_at__isnull=False",
        f"{SUBMIT}::test_two_empty_looks_alone_are_no_reason_to_send_again",
    ),
    "one id for ever": Mutation(
        "productvideo/pipeline/submit.py",
        "external_task_id=str(video.pk),",
        "external_task_id=str(uuid.uuid4()),",
        f"{SUBMIT}::test_a_queued_video_is_sent_once_with_its_id_and_its_words",
    ),
    "the list before the order": Mutation(
        "productvideo/models/dealings.py",
        "listed_at__gt=now() - FRESH_LIST,",
        "",
        f"{SUBMIT}::test_nothing_is_sent_until_the_list_was_read_a_moment_ago",
    ),
    "the memory of what was seen": Mutation(
        "productvideo/restores.py",
        "return self.turn > account.turn or self.listed_at > _listed_at(account)",
        "return False",
        f"{SUBMIT}::test_a_database_that_was_restored_under_a_running_worker_is_noticed_before_anything_is_bought_again",
    ),
    "adoption from the list": Mutation(
        "productvideo/pipeline/adopt.py",
        "elif task.task_id not in taken and is_adoptable(video):",
        "elif False:",
        f"{CHECK}::test_a_task_that_a_restored_backup_has_forgotten_is_found_before_it_is_bought_again",
    ),
    "the clock before the last piece": Mutation(
        "kling/wire/adapter.py",
        "self._watchdog.require_time()",
        "pass",
        "tests/kling/test_kling_transport.py::test_the_end_of_an_order_waits_for_a_last_look_at_the_clock",
    ),
    "the count of slots": Mutation(
        "productvideo/pipeline/submit.py",
        "if mine.at_kling().count() >= settings.KLING_MAX_PARALLEL:",
        "if False:",
        f"{SUBMIT}::test_slots_are_never_exceeded_and_go_to_the_persona_with_the_fewest",
    ),
    "the approval of what was seen": Mutation(
        "productvideo/services/spending.py",
        "version=seen.version, takes=seen.takes)",
        "version=seen.version)",
        f"{RACES}::test_one_of_many_approvals_of_a_storyboard_buys_it[sqlite]",
    ),
    "the row that budgets wait for": Mutation(
        "productvideo/services/spending.py",
        "Persona.objects.filter(pk=persona.pk).update(updated_at=now())",
        "pass",
        f"{RACES}::test_two_approvals_at_once_cannot_both_use_the_last_of_a_budget[postgres]",
    ),
    "the packets of a film": Mutation(
        "productvideo/pipeline/collect.py",
        "film, picture = inspect_film(found.path), _picture(video, found)",
        "film, picture = Film(width=1, height=1, seconds=1), _picture(video, found)",
        f"{COLLECT}::test_what_is_no_whole_film_is_never_shown_and_tried_again",
    ),
    "the hash that is read back": Mutation(
        "productvideo/keeping.py",
        "if found != sha256:",
        "if False:",
        "tests/downloads/test_keeping.py::test_what_reads_back_as_something_else_is_not_kept",
    ),
    "the fsync before the name": Mutation(
        "productvideo/keeping.py",
        "    _finish(part)\n    part.replace(target)",
        "    part.replace(target)\n    _finish(target)",
        "tests/downloads/test_keeping.py::test_the_bytes_are_on_the_disk_before_the_name_and_both_before_anybody_is_told",
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_without_it_a_named_test_is_red(name: str, tmp_path: Path) -> None:
    mutation = MUTATIONS[name]
    clone = Clone(tmp_path / "clone")
    source = clone.folder / mutation.file
    text = source.read_text()
    assert text.count(mutation.kept) == 1, f"{mutation.file} does not hold this line any more: {mutation.kept}"

    source.write_text(text.replace(mutation.kept, mutation.lost))
    told = run_until_red(clone, mutation.test)

    assert is_red(told), told
    assert not re.search(r"\b[0-9]+ errors?\b", told), told


def run_until_red(clone: Clone, test: str) -> str:
    """A race that nothing prevents any more need not be lost each time; it must be lost sometimes."""
    for _ in range(TRIES):
        told = run_test(clone, test)
        if is_red(told):
            break
    return told


def is_red(told: str) -> bool:
    return bool(re.search(r"\b[0-9]+ failed\b", told))


def run_test(clone: Clone, test: str) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    environment = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    ended = subprocess.run(command, cwd=clone.folder, env=environment, capture_output=True, text=True, timeout=300)
    return ended.stdout + ended.stderr
