"""Reads what staff look for among touches from the address of the list, and writes it back into addresses."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from bot.console.access import HOME
from bot.console.list_address import read_page
from bot.retention.winback.touches import TouchKind
from bot.storage.views import TouchFilter, TouchShown

OUTREACH = f"{HOME}outreach"


@dataclass(frozen=True)
class OutreachAddress:
    """Where in the list somebody is: filter and page."""

    shown: TouchShown = TouchShown.ALL
    kind: TouchKind | None = None
    page: int = 1

    @classmethod
    def read(cls, show: str, kind: str, page: str) -> OutreachAddress:
        """Read the parts of an address. What makes no sense is taken as not said, so that no link is ever broken."""
        return cls(
            shown=TouchShown(show) if show in {shown.value for shown in TouchShown} else TouchShown.ALL,
            kind=TouchKind(kind) if kind in {known.value for known in TouchKind} else None,
            page=read_page(page),
        )

    @property
    def filter(self) -> TouchFilter:
        """What the list is asked for."""
        return TouchFilter(self.shown, self.kind)

    def at(self, *, shown: TouchShown | None = None, page: int = 1, done: str = "") -> str:
        """Return the address of another page, or of another list, with the kind kept."""
        show = shown or self.shown
        parts = {
            "show": "" if show is TouchShown.ALL else show.value,
            "kind": self.kind.value if self.kind else "",
            "page": "" if page == 1 else str(page),
            "done": done,
        }
        said = {name: value for name, value in parts.items() if value}
        return OUTREACH + (f"?{urlencode(said)}" if said else "")

    @property
    def here(self) -> str:
        """Return the address of this very page."""
        return self.at(page=self.page)
