"""What goes into the scene writer and what comes out of it."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The words of a scene that is there already."""

    title: str
    description: str
    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All that the writer may know of a product, of the persona that shows it, and of the scenes it has already."""

    product_name: str
    product_description: str
    voice: str = ""
    visual_style: str = ""
    audience: str = ""
    persona_name: str = ""
    image: bytes | None = field(default=None, repr=False)  # a clean JPEG
    kept: tuple[Told, ...] = ()  # scenes that stay: new ones differ from them
    replaced: tuple[Told, ...] = ()  # scenes that go: new ones do not repeat them
    idea: Told | None = None  # whose prompt shall be written anew; title and description stand
    words_to_use: tuple[str, ...] = ()  # what the persona likes to say
    words_to_avoid: tuple[str, ...] = ()  # what the persona never says
    language: str = "English"  # of titles and descriptions; prompts are English
    plan: str = ""  # the code of the plan of shots; empty: chosen by what the product is
    model_name: str = ""  # Kling's, whose limits the prompts keep; empty: those that every model keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneIdea:
    """One shot; `prompt` is ready for Kling, `detail` says why a default scene stands here."""

    title: str
    description: str
    prompt: str
    source: Literal["openai", "fallback"]
    detail: str = ""
    negative_prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What asking the language model took."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenePlan:
    """Different shots, where they come from, and what is kept to look into later."""

    scenes: tuple[SceneIdea, ...]
    source: Literal["openai", "fallback", "mixed"]
    detail: str = ""
    language_model: str = ""
    template_version: str = ""
    raw_answer: str = ""
    plan: str = ""  # the code of the plan of shots
    cause: str = ""  # the code of the trouble that the default scenes come from
    usage: Usage = Usage()
