"""Base of all models, and the envelope of every list."""

from typing import Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel

Item = TypeVar("Item")


class Model(BaseModel, frozen=True, extra="allow", defer_build=True):
    """Base of all models: immutable, open to new fields, built when first used."""


class Page(Model, Generic[Item]):
    """One page of a list."""

    total: int
    items: tuple[Item, ...]
    next: str | None
    prev: str | None
    revision: str

    @property
    def cursor(self) -> str:
        """Start of the next page, empty on the last."""
        return parse_qs(urlsplit(self.next or "").query).get("cursor", [""])[0]
