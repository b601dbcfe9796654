"""Fills an installation with invented customers, once, and takes them away again.

It must not touch anybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.conversations.opt_out import OptOutService
from bot.conversations.receipts import make_receipt
from bot.demo.biographer import WRITTEN, Biographer
from bot.demo.cast import PREFIX, invent, is_invented
from bot.demo.personas import People
from bot.errors import FarewellError
from bot.retention.channels import Channel
from bot.retention.policy import Policy
from bot.storage.tables import Erasure, RecordedImprovement
from bot.storage.unit_of_work import Database, UnitOfWork

ACTOR = "demo"
Step = Callable[[int, int], None]


class RealCustomersHere(FarewellError):
    """This installation knows real customers. Invented ones would stand beside them in every number, so try Farewell
    out somewhere else; or add --yes if you mean it (`farewell demo remove` takes them away again)."""


class DemoData:
    """The invented customers of one installation."""

    def __init__(
        self, database: Database, policy: Policy, people: People, opt_outs: OptOutService, clock: Clock
    ) -> None:
        self._database = database
        self._policy = policy
        self._people = people
        self._opt_outs = opt_outs
        self._clock = clock

    def check(self) -> None:
        """Return if nobody real is here.

        Raises:
            RealCustomersHere: when there is.
        """
        with self._database.read() as work:
            if work.timelines.list_others(PREFIX):
                raise RealCustomersHere

    def list_here(self) -> dict[str, int]:
        """Return the invented customers who are here: their ids in the company's system, and their numbers here."""
        with self._database.read() as work:
            known = work.timelines.list_known(PREFIX)
        return {external_id: one.id for external_id, one in known.items() if is_invented(external_id)}

    def fill(
        self, hire: Callable[[], Biographer], how_many: int, seed: int, tell: Step = lambda _done, _all: None
    ) -> int:
        """Add the invented customers who are not here yet, each with the past that a biographer writes who is hired
        if there is work; return how many. Whoever was only half written down is written anew."""
        now = self._clock()
        self._improve(now)
        with self._database.read() as work:
            known = work.timelines.list_known(PREFIX)
        whole = {external_id for external_id, one in known.items() if one.notes == WRITTEN}
        wanted = invent(self._people.customers, how_many, seed, now, self._policy.winback)
        missing = [who for who in wanted if who.external_id not in whole]
        self._remove([known[who.external_id].id for who in missing if who.external_id in known])
        if missing:
            biographer = hire()
            for done, who in enumerate(missing, 1):
                biographer.write(who, now)
                tell(done, len(missing))
            with self._database.write() as work:
                work.touches.look_again(list(self.list_here().values()), now)
                work.audit.record(ACTOR, "demo.filled", now, customers=len(missing))
                work.commit()
        return len(missing)

    def remove(self) -> int:
        """Take all invented customers away with everything that hangs on them, and what was put right for them; return
        how many they were."""
        here = self.list_here()
        self._remove(list(here.values()))
        with self._database.write() as work:
            work.timelines.remove_improvements([one.id for one in self._people.improvements])
            work.audit.record(ACTOR, "demo.removed", self._clock(), customers=len(here))
            work.commit()
        return len(here)

    def _improve(self, now: datetime) -> None:
        with self._database.write() as work:
            known = {one.id for one in work.improvements.list_all()}
            for repair in self._people.improvements:
                if repair.id not in known:
                    work.improvements.add(
                        RecordedImprovement(
                            id=repair.id,
                            what=repair.what,
                            reasons=[reason.value for reason in repair.reasons],
                            place=repair.place,
                            feature=repair.feature,
                            product=repair.product,
                            told_at=now - timedelta(days=repair.days),
                            recorded_by=ACTOR,
                        )
                    )
            work.commit()

    def _remove(self, customer_ids: Collection[int]) -> None:
        now = self._clock()
        with self._database.write() as work:
            hashes = [one for number in customer_ids for one in self._list_hashes(work, number)]
            for conversation in work.timelines.remove(customer_ids, hashes):
                # Rasa remembers what was said there until it is told to forget it.
                receipt = Erasure(receipt=make_receipt(), conversation_id=conversation, removed={}, erased_at=now)
                work.erasures.add(receipt)
            work.commit()

    def _list_hashes(self, work: UnitOfWork, customer_id: int) -> list[str]:
        """Return the keyed hashes under which somebody may be suppressed."""
        customer = work.customers.find(customer_id)
        if customer is None:
            return []
        points = [(point.channel, point.address) for point in customer.contact_points]
        points += [(Channel.WEB, one) for one in work.personal_data.list_conversation_ids(customer_id)]
        return [
            self._opt_outs.hash_customer(customer.external_id),
            *(self._opt_outs.hash_contact(channel, address) for channel, address in points),
        ]
