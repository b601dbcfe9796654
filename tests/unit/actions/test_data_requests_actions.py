"""What do you know about me, and delete it, said in the chat."""

from __future__ import annotations

from actions.data_requests import ActionAskErasure, ActionEraseData, ActionKeepData, ActionTellData
from bot.bootstrap import Services
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.storage.unit_of_work import Database
from tests.trackers import make_tracker, run
from tests.unit.actions.conftest import CRASHED

ASKED = {"said_before": "utter_ask_erasure"}


async def test_a_customer_is_told_in_plain_words_what_is_known(services: Services) -> None:
    services.interviews.record_answer("c1", Question.REASON, Reading(), CRASHED)
    services.interviews.record_answer("c1", Question.KEPT, Reading(), "a {company_name} fix 0[1] " + "x" * 400)
    done = await run(ActionTellData(services), make_tracker("what do you know about me", "data_export"))
    assert done.responses == [
        "utter_data_export",
        "utter_data_export_reason",
        "utter_data_export_kept",
        "utter_data_export_understood",
        "utter_data_export_elsewhere",
    ]
    assert done.values["utter_data_export"]["since"] == "4 May 2026"
    assert done.values["utter_data_export_reason"]["answer"] == CRASHED
    assert done.values["utter_data_export_understood"]["reasons"] == "technical reliability"
    quoted = done.values["utter_data_export_kept"]["answer"]
    assert quoted.startswith("a {company_name} fix 0 [1] xxx")
    assert len(quoted) < 310


async def test_a_customer_learns_where_we_may_write_and_what_they_stopped(services: Services) -> None:
    services.interviews.record_answer("c1", Question.CONSENT, Reading(value=1), "yes")
    services.interviews.record_answer("c1", Question.EMAIL, Reading(address="anna@example.org"), "anna@example.org")
    done = await run(ActionTellData(services), make_tracker("what do you know about me", "data_export"))
    assert done.values["utter_data_export_may_write"]["addresses"] == "anna@example.org"
    services.opt_outs.opt_out("c1")
    done = await run(ActionTellData(services), make_tracker("what do you know about me", "data_export"))
    assert "utter_data_export_may_not_write" in done.responses
    assert "utter_data_export_opted_out" in done.responses


async def test_nothing_is_deleted_before_a_yes(services: Services, sqlite_database: Database) -> None:
    done = await run(ActionAskErasure(services), make_tracker("delete my data", "data_erase"))
    assert (done.responses, done.slots["confirming"]) == (["utter_ask_erasure"], "erasure")
    with sqlite_database.read() as work:
        assert work.conversations.get("c1").erased_at is None


async def test_a_yes_deletes_and_gives_the_receipt(services: Services, sqlite_database: Database) -> None:
    done = await run(ActionEraseData(services), make_tracker("yes", "affirm", confirming="erasure", **ASKED))
    assert done.responses == ["utter_data_erased"]
    assert done.slots == {"interview": "over", "confirming": None}
    with sqlite_database.read() as work:
        assert work.erasures.list_receipts("c1") == [done.values["utter_data_erased"]["receipt"]]


async def test_a_yes_to_something_else_deletes_nothing(services: Services, sqlite_database: Database) -> None:
    tracker = make_tracker("yes", "affirm", confirming="erasure", said_before="utter_thanks")
    assert (await run(ActionEraseData(services), tracker)).responses == ["utter_erasure_declined"]
    with sqlite_database.read() as work:
        assert work.conversations.get("c1").erased_at is None


async def test_a_no_keeps_everything(services: Services) -> None:
    done = await run(ActionKeepData(services), make_tracker("no", "deny", confirming="erasure", **ASKED))
    assert (done.responses, done.slots) == (["utter_erasure_declined"], {"confirming": None})
