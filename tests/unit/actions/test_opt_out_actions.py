"""Never write to me again, said in the chat."""

from __future__ import annotations

from actions.opt_out import ActionAllowContact, ActionAskContactAgain, ActionOptOut, ActionRefuseContact
from bot.bootstrap import Services
from bot.storage.tables import Author, Outcome
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import say
from tests.trackers import make_tracker, run
from tests.unit.actions.conftest import InterviewReader


async def test_a_stop_is_confirmed_and_ends_the_interview(services: Services, interview: InterviewReader) -> None:
    done = await run(ActionOptOut(services), make_tracker("stop", "stop_contact"))
    assert done.responses == ["utter_opt_out_confirmed"]
    assert done.slots["interview"] == "over"
    assert interview().outcome is Outcome.SKIPPED


async def test_after_the_confirmation_there_is_nothing(
    services: Services, sqlite_database: Database, clock: FixedClock
) -> None:
    services.opt_outs.opt_out("c1")
    say(sqlite_database, clock(), "Understood.", author=Author.BOT, response="utter_opt_out_confirmed")
    assert (await run(ActionOptOut(services), make_tracker("stop", "stop_contact"))).responses == []


async def test_a_customer_who_wants_to_hear_again_is_asked_first(services: Services) -> None:
    services.opt_outs.opt_out("c1")
    done = await run(ActionAskContactAgain(services), make_tracker("you can write again", "allow_contact"))
    assert (done.responses, done.slots["confirming"]) == (["utter_ask_opt_out_lift"], "contact")
    assert services.opt_outs.is_opted_out("c1")


async def test_a_customer_who_never_said_stop_has_nothing_to_take_back(services: Services) -> None:
    done = await run(ActionAskContactAgain(services), make_tracker("you can write again", "allow_contact"))
    assert (done.responses, done.slots["confirming"]) == (["utter_opt_out_not_set"], None)


async def test_only_a_yes_to_that_very_question_takes_it_back(services: Services) -> None:
    services.opt_outs.opt_out("c1")
    done = await run(ActionAllowContact(services), make_tracker("yes", "affirm", said_before="utter_thanks"))
    assert done.responses == ["utter_opt_out_kept"]
    assert services.opt_outs.is_opted_out("c1")
    done = await run(ActionAllowContact(services), make_tracker("yes", "affirm", said_before="utter_ask_opt_out_lift"))
    assert done.responses == ["utter_opt_out_lifted"]
    assert not services.opt_outs.is_opted_out("c1")


async def test_a_no_leaves_it(services: Services) -> None:
    services.opt_outs.opt_out("c1")
    done = await run(ActionRefuseContact(services), make_tracker("no", "deny", said_before="utter_ask_opt_out_lift"))
    assert (done.responses, done.slots["confirming"]) == (["utter_opt_out_kept"], None)
    assert services.opt_outs.is_opted_out("c1")
