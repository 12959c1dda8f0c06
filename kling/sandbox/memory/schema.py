"""The tables of a sandbox's file, and what brings the file of an older sandbox up to them."""

import sqlite3
from dataclasses import fields

from kling.sandbox.tasks import Task

_TASKS = """
CREATE TABLE IF NOT EXISTS tasks (
    number INTEGER PRIMARY KEY,
    id INTEGER NOT NULL UNIQUE,
    external_id TEXT,
    created_ms INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    failure TEXT NOT NULL,
    model_name TEXT NOT NULL,
    mode TEXT NOT NULL,
    duration INTEGER NOT NULL,
    sound INTEGER NOT NULL,
    move TEXT NOT NULL,
    photo TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    units TEXT NOT NULL,
    watermark INTEGER,
    broken_downloads INTEGER NOT NULL
)
"""
# What came after the first version; every file gets it when it is opened.
_LATER_COLUMNS = {
    "end_photo": "TEXT NOT NULL DEFAULT ''",
    "skew_ms": "INTEGER NOT NULL DEFAULT 0",
    "prompt_sha256": "TEXT NOT NULL DEFAULT ''",
    "dialect": "TEXT NOT NULL DEFAULT 'legacy'",
    "product": "TEXT NOT NULL DEFAULT 'image2video'",
    "callback_url": "TEXT NOT NULL DEFAULT ''",
    "money": "TEXT NOT NULL DEFAULT '0'",
    "currency": "TEXT NOT NULL DEFAULT ''",
    "cash_type": "TEXT NOT NULL DEFAULT ''",
    "audio": "TEXT NOT NULL DEFAULT 'off'",
    "video_input": "INTEGER NOT NULL DEFAULT 0",
    "chosen_voice": "INTEGER NOT NULL DEFAULT 0",
    "api_key_name": "TEXT NOT NULL DEFAULT ''",
    "settled": "INTEGER NOT NULL DEFAULT 0",  # no part of a task: whether its price was deducted
}
_BESIDE = """
CREATE INDEX IF NOT EXISTS tasks_ended ON tasks (ended_ms);
CREATE INDEX IF NOT EXISTS tasks_external ON tasks (external_id);
CREATE INDEX IF NOT EXISTS tasks_listed ON tasks (dialect, product, number);
CREATE INDEX IF NOT EXISTS tasks_unpaid ON tasks (ended_ms) WHERE settled = 0 AND failure = '';
CREATE TABLE IF NOT EXISTS deductions (
    number INTEGER PRIMARY KEY,
    task_id INTEGER NOT NULL,
    pack_id TEXT NOT NULL,
    pack_name TEXT NOT NULL,
    pack_type TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    before TEXT NOT NULL,
    amount TEXT NOT NULL,
    after TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS deductions_at ON deductions (at_ms);
CREATE TABLE IF NOT EXISTS tallies (name TEXT PRIMARY KEY, amount TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
COLUMNS = [column.name for column in fields(Task)]
INSERT = f"INSERT INTO tasks ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
_OF_DEDUCTION = ("number", "task_id", "pack_id", "pack_name", "pack_type", "at_ms", "before", "amount", "after")
_OF_ITS_TASK = (
    *("product", "model_name", "mode", "duration", "skew_ms", "currency", "cash_type"),
    *("audio", "video_input", "chosen_voice", "api_key_name"),
)
DEDUCTION_COLUMNS = (*_OF_DEDUCTION, *_OF_ITS_TASK)
_NAMED = [f"deductions.{name}" for name in _OF_DEDUCTION] + [f"tasks.{name}" for name in _OF_ITS_TASK]
DEDUCTIONS = f"SELECT {', '.join(_NAMED)} FROM deductions JOIN tasks ON tasks.id = deductions.task_id"  # noqa: S608
SELECT = f"SELECT {', '.join(COLUMNS)} FROM tasks"  # noqa: S608 (our own column names)


def bring_up(db: sqlite3.Connection) -> None:
    """Make every table and column that is missing; nothing is lost when it is cut short."""
    db.execute(_TASKS)
    _add_later_columns(db)
    made_as = db.execute("SELECT sql FROM sqlite_master WHERE name = 'tasks'").fetchone()[0]
    if "external_id TEXT UNIQUE" in made_as:
        _let_external_ids_repeat(db)
    db.executescript(_BESIDE)


def _add_later_columns(db: sqlite3.Connection) -> None:
    present = {row[1] for row in db.execute("PRAGMA table_info(tasks)")}
    for name, kind in _LATER_COLUMNS.items():
        if name not in present:
            db.execute(f"ALTER TABLE tasks ADD COLUMN {name} {kind}")


def _let_external_ids_repeat(db: sqlite3.Connection) -> None:
    """SQLite cannot drop a constraint: the tasks move to a new table, all of them or none."""
    columns = f"number, {', '.join(COLUMNS)}"
    db.execute("BEGIN IMMEDIATE")
    db.execute("ALTER TABLE tasks RENAME TO older_tasks")
    db.execute(_TASKS)
    _add_later_columns(db)
    db.execute(f"INSERT INTO tasks ({columns}) SELECT {columns} FROM older_tasks")  # noqa: S608
    db.execute("DROP TABLE older_tasks")
    db.execute("COMMIT")
