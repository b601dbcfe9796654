"""Takes bounces in: an address from which mail came back is written to no more, whoever has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.conversations.letter_book import set_reachable
from bot.intake.contacts import fold
from bot.intake.outcomes import Outcome, Result
from bot.intake.records import BounceRecord
from bot.intake.terms import Terms
from bot.retention.channels import Channel
from bot.storage.unit_of_work import UnitOfWork

NOBODYS = Outcome(Result.UNCHANGED, "Nobody here has this address.")


def take_bounces(work: UnitOfWork, records: Sequence[BounceRecord], terms: Terms) -> list[Outcome]:
    """Note that nothing arrives at these addresses, and return what became of each. It does not commit."""
    spellings: dict[str, list[str]] = defaultdict(list)
    for address in work.register.list_spellings(Channel.EMAIL, {fold(record.email) for record in records}):
        spellings[fold(address)].append(address)
    return [_take(work, spellings.get(fold(record.email), []), terms) for record in records]


def _take(work: UnitOfWork, addresses: Sequence[str], terms: Terms) -> Outcome:
    if not addresses:
        return NOBODYS
    points = [point for address in addresses for point in work.chats.list_points(Channel.EMAIL, address)]
    if not any(point.reachable for point in points):
        return Outcome(Result.UNCHANGED)
    for address in addresses:
        set_reachable(work, Channel.EMAIL, address, False, terms.now)
    return Outcome(Result.TAKEN)
