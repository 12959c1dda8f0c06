"""A scene's panel: its words in their fields, what this person has seen, and what came of saving."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from productvideo import services
from productvideo.admin import badges
from productvideo.models import Scene
from productvideo.scenes.lint import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What stands in the fields of a scene."""

    title: str
    description: str
    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that two people changed, as the other one left it."""

    field: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One scene as this person's page shows it."""

    scene: Scene
    text: Text
    takes: int  # as this page showed them when it was loaded: an approval must not claim to have seen more
    chosen: bool
    base: int = 0  # the version that this person's changes are to; 0 means the scene's
    errors: dict[str, str] = field(default_factory=dict)
    theirs: tuple[Difference, ...] = ()  # what a colleague has written meanwhile where this person wrote too
    conflict: bool = False
    saved: tuple[str, ...] = ()  # the fields that were saved just now
    offers_rewrite: bool = False  # the idea was changed and the prompt was not
    before: Text | None = None  # the words that have just been replaced
    news: str = ""  # what has just been done to the words
    findings: tuple[Finding, ...] = ()  # what may go wrong with the prompt at Kling
    taken_out: tuple[str, ...] = ()  # what cleaning took out of the prompt that was typed

    @property
    def version(self) -> int:
        return self.base or self.scene.version

    @property
    def seen(self) -> str:
        return f"{self.scene.pk}:{self.scene.version}:{self.takes}"

    @property
    def mine(self) -> tuple[str, ...]:
        """The fields whose unsaved words stand against a colleague's."""
        return tuple(difference.field for difference in self.theirs)

    @property
    def was_refused(self) -> bool:
        """Whether Kling has refused these words with this photo before."""
        return any(finding.rule == services.REFUSED_BEFORE for finding in self.findings)

    @property
    def outcome(self) -> str:
        """What came of saving, in one word for the page's script."""
        return "conflict" if self.conflict else "refused" if self.errors else "saved"

    @property
    def source_badge(self) -> str:
        return badges.SOURCES[self.scene.source]

    @property
    def reason(self) -> str:
        """Why this is a default scene, and what to do."""
        return self.scene.source_detail if self.scene.source == Scene.Source.FALLBACK else ""

    @property
    def history(self) -> str:
        """Who wrote it first and who edited it last, where the label alone does not say it."""
        if self.scene.source != Scene.Source.PERSON:
            return ""
        editor = _("Edited by %(who)s.") % {"who": self.scene.edited_by} if self.scene.edited_by else ""
        first = {
            Scene.Source.OPENAI.value: _("First written by OpenAI."),
            Scene.Source.FALLBACK.value: _("It was a default scene at first."),
        }
        return " ".join(filter(None, (editor, first.get(self.scene.origin, ""))))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewScene:
    """The form for one more scene: what was typed and why it was not taken."""

    text: Text = field(default_factory=lambda: Text(title="", description="", prompt=""))
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    is_open: bool = False


def words_of(
    scene: Scene,
    *,
    chosen: bool,
    takes: int | None = None,
    findings: tuple[Finding, ...] | None = None,
    model_name: str = "",
) -> Words:
    """Return a scene's panel as it is stored; without `findings`, they are looked for."""
    return Words(
        scene=scene,
        text=text_of(scene),
        takes=scene.takes if takes is None else takes,
        chosen=chosen,
        findings=services.findings_on(scene, model_name=model_name) if findings is None else findings,
    )


def text_of(scene: Scene) -> Text:
    return Text(title=scene.title, description=scene.description, prompt=scene.prompt)
