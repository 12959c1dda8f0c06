"""How a state looks: the one map from stages, outcomes and sources to unfold's coloured labels."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from django_stubs_ext import StrOrPromise
from unfold.decorators import display

from productvideo.models import AuditEntry, Scene, Submission
from productvideo.services import Level
from productvideo.states import Stage

Method = TypeVar("Method", bound=Callable[..., Any])

STAGES: dict[str, str] = {
    Stage.QUEUED: "default",
    Stage.SUBMITTING: "info",
    Stage.RENDERING: "info",
    Stage.STORING: "info",
    Stage.COMPLETE: "success",
    Stage.FAILED: "danger",
}
OUTCOMES: dict[str, str] = {
    Submission.Outcome.UNCLEAR: "warning",
    Submission.Outcome.ACCEPTED: "success",
    Submission.Outcome.REFUSED: "danger",
    Submission.Outcome.ADOPTED: "success",
    Submission.Outcome.ABSENT: "default",
}
SOURCES: dict[str, str] = {
    Scene.Source.OPENAI: "primary",
    Scene.Source.FALLBACK: "warning",
    Scene.Source.PERSON: "default",
}
MONTHS: dict[str, str] = {Level.FREE: "success", Level.NEAR: "warning", Level.FULL: "danger"}
KINDS: dict[str, str] = {"practice": "warning", "real": "default"}
DEEDS: dict[str, str] = {
    AuditEntry.Kind.SPEND: "primary",
    AuditEntry.Kind.CANCEL: "default",
    AuditEntry.Kind.BIN: "warning",
    AuditEntry.Kind.UNBIN: "default",
    AuditEntry.Kind.DELETE: "danger",
    AuditEntry.Kind.SHARE: "info",
    AuditEntry.Kind.REVOKE: "default",
    AuditEntry.Kind.INVITE: "success",
    AuditEntry.Kind.ROLE: "info",
    AuditEntry.Kind.LEAVE: "warning",
    AuditEntry.Kind.RETURN: "success",
    AuditEntry.Kind.LIMIT: "info",
}
SHARES: dict[str, str] = {"open": "success", "ended": "default", "revoked": "danger"}
SENDING: dict[str, str] = {"on": "success", "paused": "warning"}


def badge(
    *, looks: Mapping[str, str], description: StrOrPromise, ordering: str | None = None
) -> Callable[[Method], Method]:
    """Show what an admin method returns, a state and its words, as a label that looks as `looks` says."""
    return cast("Callable[[Method], Method]", display(label=dict(looks), description=description, ordering=ordering))
