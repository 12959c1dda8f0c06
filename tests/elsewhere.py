"""A storage that is no folder of ours, as an object store is none."""

from typing import Any, NoReturn

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage


class ElsewhereStorage(InMemoryStorage):
    """Keeps files in memory, and has no paths."""

    def path(self, name: str) -> NoReturn:
        raise NotImplementedError

    def _relative_path(self, name: str) -> str:
        return name


class CuttingStorage(ElsewhereStorage):
    """Stores all but the last byte."""

    def _save(self, name: str, content: Any) -> str:
        return super()._save(name, ContentFile(content.read()[:-1]))
