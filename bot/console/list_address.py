"""Reads what staff look for from the address of the list, and writes it back into addresses."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.console.access import HOME
from bot.retention.reasons import Reason
from bot.storage.views import ConversationFilter, Shown

_LONGEST_SEARCH = 200
_LAST_PAGE = 100_000


@dataclass(frozen=True)
class ListAddress:
    """Where in the list somebody is: filter and page."""

    shown: Shown = Shown.ALL
    reason: Reason | None = None
    words: str = ""
    page: int = 1

    @classmethod
    def read(cls, show: str, reason: str, words: str, page: str) -> ListAddress:
        """Read the parts of an address. What makes no sense is taken as not said, so that no link is ever broken."""
        return cls(
            shown=Shown(show) if show in {shown.value for shown in Shown} else Shown.ALL,
            reason=Reason(reason) if reason in {known.value for known in Reason} else None,
            words=_clean(words),
            page=read_page(page),
        )

    @property
    def filter(self) -> ConversationFilter:
        """What the list is asked for."""
        return ConversationFilter(self.shown, self.reason, self.words)

    def at(self, *, shown: Shown | None = None, page: int = 1) -> str:
        """Return the address of another page, or of another list, with the search kept."""
        parts = {
            "show": (shown or self.shown).value,
            "reason": self.reason.value if self.reason else "",
            "q": self.words,
            "page": str(page),
        }
        said = {name: value for name, value in parts.items() if value and (name, value) not in _UNSAID}
        return HOME + (f"?{urlencode(said)}" if said else "")

    @property
    def here(self) -> str:
        """Return the address of this very page."""
        return self.at(page=self.page)


def read_page(page: str) -> int:
    """Return the number of a page as an address has it; 1 for what is none."""
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
    return min(max(number, 1), _LAST_PAGE)


def _clean(words: str) -> str:
    # What customers type is stored in this form, so it is found in this form.
    composed = unicodedata.normalize("NFC", words)
    visible = "".join(character for character in composed if character.isprintable() or character.isspace())
    return " ".join(visible.split())[:_LONGEST_SEARCH].rstrip()


_UNSAID = {("show", Shown.ALL.value), ("page", "1")}
