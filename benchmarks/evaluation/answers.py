"""The committed answers: what a language model might say, written by hand, good ones and ones that break a rule.

A file holds the product's code, the answer as the model would give it, and for a bad one the code of what it breaks:
one of the linter's rules, or the cause that default scenes come from.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
from django.test import override_settings

from evaluation.products import Case
from productvideo.scenes import ScenePlan, write_scenes

FOLDER = Path(__file__).resolve().parent.parent / "scenes" / "answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """An answer for a product; `breaks` is empty for a good one."""

    file: str
    product: str
    breaks: str
    content: str
    finish_reason: str
    refusal: str | None

    @property
    def completion(self) -> dict[str, Any]:
        """The answer as OpenAI's API sends it."""
        message = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        choice = {"index": 0, "finish_reason": self.finish_reason, "message": message}
        usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        return {"id": "chatcmpl-0", "object": "chat.completion", "created": 0, "model": "by hand"} | {
            "choices": [choice],
            "usage": usage,
        }


def committed(folder: Path = FOLDER) -> list[Committed]:
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> Committed:
    said = json.loads(path.read_text("utf-8"))
    answer = said["answer"]
    return Committed(
        file=path.name,
        product=said["product"],
        breaks=said.get("breaks", ""),
        content=answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False),
        finish_reason=said.get("finish_reason", "stop"),
        refusal=said.get("refusal"),
    )


def played(answer: Committed, case: Case) -> ScenePlan:
    """Let the writer get this answer whenever it asks; nothing leaves the process."""
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=answer.completion))
    brief = replace(case.brief, image=None)
    with override_settings(OPENAI_API_KEY="sk-by-hand"):
        return write_scenes(brief, http_client=httpx2.Client(transport=transport))
