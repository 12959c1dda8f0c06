"""The judge: every promise, held against what was found. Kling's own tasks are the truth about money."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from productvideo.states import Stage, can_move
from storm.evidence import Evidence, Task, Video

FINISHED = ("complete", "failed")
# What a video may fail with when Kling failed its task; nothing else in a storm is a reason to fail.
TRUE_REASONS = ("kling_failed", "policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A promise that did not hold, and the video it is about ("" when it is about none)."""

    promise: str
    says: str
    video: str = ""


def judge(evidence: Evidence) -> list[Breach]:
    """Return everything that is not as promised."""
    return [
        Breach(promise=promise, says=says, video=video)
        for promise, examine in PROMISES.items()
        for video, says in examine(evidence)
    ]


Findings = Iterator[tuple[str, str]]


def nobody_is_sold_less_or_more(evidence: Evidence) -> Findings:
    if len(evidence.videos) != evidence.wanted:
        yield "", f"{evidence.wanted} videos were asked for, and there are {len(evidence.videos)}."
    for video in evidence.promised - {video.id for video in evidence.videos}:
        yield video, "An answer named this video, and it does not exist."
    yield from (("", complaint) for complaint in evidence.complaints)


def every_video_ends(evidence: Evidence) -> Findings:
    for video in evidence.videos:
        if video.stage not in FINISHED:
            yield video.id, f"It is still {video.stage}."


def nothing_is_paid_twice(evidence: Evidence) -> Findings:
    for external_id, tasks in _tasks_by_video(evidence).items():
        if len(tasks) > 1:
            yield external_id, f"Kling made {len(tasks)} tasks for it: {', '.join(task.id for task in tasks)}."
    if evidence.books["paid_twice"]:
        yield "", f"Kling's books say: paid twice {evidence.books['paid_twice']}."


def every_task_is_ours(evidence: Evidence) -> Findings:
    ours = {video.id for video in evidence.videos}
    for task in evidence.tasks:
        if task.external_id not in ours:
            yield "", f"Task {task.id} has the id {task.external_id!r}, which is no video."


def every_video_ends_as_its_task_did(evidence: Evidence) -> Findings:
    tasks = _tasks_by_video(evidence)
    for video in evidence.videos:
        if video.stage in FINISHED and (says := _wrong_end(video, tasks.get(video.id, []))):
            yield video.id, says


def _wrong_end(video: Video, tasks: list[Task]) -> str:
    if not tasks:
        return f"It is {video.stage} ({video.error_code}), and Kling never had a task for it."
    task = tasks[0]
    if video.task_id not in {task.id for task in tasks}:
        return f"It has task {video.task_id!r}, and Kling made {task.id}."
    if video.stage == "complete" and task.status != "succeed":
        return f"It is complete, and Kling's task is {task.status}."
    if video.stage == "failed" and (task.status != "failed" or video.error_code not in TRUE_REASONS):
        return f"It failed ({video.error_code}: {video.error_message}), and Kling's task is {task.status}."
    return "" if video.stage == "complete" or video.error_message else "It failed and does not say why."


def every_complete_video_has_its_film(evidence: Evidence) -> Findings:
    for video in evidence.videos:
        if video.stage == "complete" and (says := _wrong_film(video, evidence)):
            yield video.id, says


def _wrong_film(video: Video, evidence: Evidence) -> str:
    file = evidence.files.get(video.file)
    if file is None:
        return f"Its file {video.file!r} does not exist."
    if (file.size, file.sha256) != (video.size, video.sha256):
        return f"Its file has {file.size} bytes and SHA-256 {file.sha256}; its row says {video.size}, {video.sha256}."
    if file.sha256 != evidence.films.get(video.task_id):
        return f"Its file is not the film that Kling made for task {video.task_id}."
    if bool(video.thumbnail_url) != (video.poster in evidence.files):
        return f"Its thumbnail is at {video.thumbnail_url!r}, and its poster {video.poster!r} is not as that says."
    return "" if video.url else "It has no address."


def nobody_is_asked_to_look_at_what_is_well(evidence: Evidence) -> Findings:
    for video in evidence.videos:
        if video.stage in FINISHED and video.attention:
            yield video.id, f"It is {video.stage}, and says: {video.attention}"


def the_ledger_knows_every_task_once(evidence: Evidence) -> Findings:
    orders = defaultdict(list)
    for entry in evidence.ledger:
        if entry.kind == "order" and entry.task_id:
            orders[entry.task_id].append(entry)
    for task in evidence.tasks:
        known = orders.pop(task.id, [])
        if len(known) != 1 or known[0].outcome not in ("accepted", "adopted") or known[0].video != task.external_id:
            yield task.external_id, f"Kling's task {task.id} is in the ledger as {[str(entry) for entry in known]}."
    for task_id, entries in orders.items():
        yield entries[0].video, f"The ledger has a task {task_id}, which Kling does not know."


def the_ledger_knows_what_was_charged(evidence: Evidence) -> Findings:
    charged = {entry.task_id: entry.charged for entry in evidence.ledger if entry.kind == "order" and entry.task_id}
    rows = {video.task_id: video.charged for video in evidence.videos}
    for task in evidence.tasks:
        owed = Decimal(0) if task.status == "failed" else task.units
        for where, units in (("ledger", charged.get(task.id)), ("row", rows.get(task.id))):
            if units != owed:
                yield task.external_id, f"Kling charged {owed} units for task {task.id}; the {where} says {units}."


def the_slots_are_kept(evidence: Evidence) -> Findings:
    if evidence.books["most_at_once"] > evidence.slots:
        yield "", f"{evidence.books['most_at_once']} tasks were at Kling at once, with {evidence.slots} slots."


def every_take_is_a_video(evidence: Evidence) -> Findings:
    takes = defaultdict(list)
    for video in evidence.videos:
        takes[video.scene].append(video.take)
    for scene, count in evidence.scenes.items():
        if sorted(takes[scene]) != list(range(1, count + 1)):
            yield "", f"Scene {scene} counts {count} takes, and its videos are takes {sorted(takes[scene])}."


def every_timeline_is_a_way_through_the_table(evidence: Evidence) -> Findings:
    at = {video.id: "" for video in evidence.videos}
    for event in evidence.events:
        is_first = event.start == "" and event.end == "queued"
        if event.start != at.get(event.video) or not (is_first or can_move(Stage(event.start), Stage(event.end))):
            yield event.video, f"It was {at.get(event.video)!r}, and moved from {event.start!r} to {event.end!r}."
        at[event.video] = event.end
    for video in evidence.videos:
        if at[video.id] != video.stage:
            yield video.id, f"Its timeline ends at {at[video.id]!r}, and it is {video.stage}."


PROMISES: dict[str, Callable[[Evidence], Findings]] = {
    "each approval buys once": nobody_is_sold_less_or_more,
    "nothing is lost": every_video_ends,
    "nothing is paid twice": nothing_is_paid_twice,
    "Kling has no task that we do not know": every_task_is_ours,
    "every video ends as its task did": every_video_ends_as_its_task_did,
    "every complete video has its own film": every_complete_video_has_its_film,
    "no finished video asks for attention": nobody_is_asked_to_look_at_what_is_well,
    "the ledger has every task once": the_ledger_knows_every_task_once,
    "the ledger has what Kling charged": the_ledger_knows_what_was_charged,
    "the slots are kept": the_slots_are_kept,
    "takes are counted": every_take_is_a_video,
    "timelines are whole": every_timeline_is_a_way_through_the_table,
}


def left_behind(evidence: Evidence) -> Counter[str]:
    """Count files without a row: parts of downloads, films, posters. Killed workers may leave some, to be swept."""
    named = {name for video in evidence.videos for name in (video.file, video.poster)}
    left: Counter[str] = Counter(parts=0, orphans=0)
    for name in evidence.files:
        if name.endswith(".part"):
            left["parts"] += 1
        elif name.partition("/")[0] in ("videos", "posters") and name not in named:
            left["orphans"] += 1
    return left


def _tasks_by_video(evidence: Evidence) -> dict[str, list[Task]]:
    found = defaultdict(list)
    for task in evidence.tasks:
        found[task.external_id].append(task)
    return dict(found)
