"""An interview that goes on in a chat on Telegram: taking it up, the commands, and what is said otherwise there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actions.answers import ValidateExitInterview
from actions.conversation import ActionGoOn
from actions.data_requests import ActionAskErasure, ActionEraseData, ActionTellData
from actions.endings import ActionFinishExitInterview
from actions.exit_interview import (
    ActionBeginExitInterview,
    AskEmail,
    AskKept,
    AskLikelihood,
    AskProbe,
    AskQuestion,
    AskReason,
)
from actions.handoff import ActionRequestHuman
from actions.offers import AskConsent, AskOffer
from actions.opt_out import ActionOptOut
from bot.bootstrap import Services
from bot.conversations.triggers import GO_ON
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import Author, Channel, Customer
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import add_conversation, move_to_chat, say
from tests.trackers import make_tracker, run
from tests.unit.actions.conftest import InterviewReader

ASKED = {
    Question.REASON: (AskReason, "utter_ask_exit_interview_reason"),
    Question.PROBE: (AskProbe, "utter_ask_exit_interview_probe_price"),
    Question.KEPT: (AskKept, "utter_ask_exit_interview_kept"),
    Question.LIKELIHOOD: (AskLikelihood, "utter_ask_exit_interview_likelihood"),
    Question.CONSENT: (AskConsent, "utter_ask_exit_interview_consent_here"),
    Question.EMAIL: (AskEmail, "utter_ask_exit_interview_email"),
}
COMMANDS = {"/stop": "stop_contact", "/human": "ask_human", "/export": "data_export", "/forget": "data_erase"}


@pytest.fixture
def move(sqlite_database: Database, clock: FixedClock) -> Callable[[], None]:
    return lambda: move_to_chat(sqlite_database, clock())


@pytest.mark.parametrize("question", ASKED)
async def test_a_customer_who_comes_from_another_place_hears_the_open_question_in_other_words(
    services: Services, move: Callable[[], None], question: Question
) -> None:
    move()
    action, response = ASKED[question]
    tracker = make_tracker(
        None,
        GO_ON,
        interview="open",
        requested_slot=question.value,
        asked={question.value: 1},
        leading_reason="price",
    )
    assert (await run(ActionGoOn(services), tracker)).responses == ["utter_go_on"]
    assert (await run(action(services), tracker)).responses == [f"{response}_again"]


@pytest.mark.parametrize("action", [AskReason, AskKept, AskLikelihood, AskConsent, AskEmail])
async def test_the_question_is_put_there_however_often_it_was_put_before(
    services: Services, action: type[AskQuestion]
) -> None:
    question = action(services).question
    done = await run(action(services), make_tracker(None, GO_ON, asked={question.value: 5}))
    assert done.responses == [f"utter_ask_exit_interview_{question.value}_again"]


async def test_an_offer_that_is_open_is_put_again_there_and_is_the_same_one(
    services: Services, sqlite_database: Database, clock: FixedClock
) -> None:
    with sqlite_database.write() as work:
        customer = Customer(external_id="ada", monthly_value=3900, currency="EUR", created_at=clock())
        work.customers.add(customer)
        conversation = work.conversations.get("c1", lock=True)
        conversation.customer_id, conversation.vouched_at = customer.id, clock()
        work.commit()
    services.interviews.record_answer("c1", Question.REASON, Reading(tapped=Reason.PRICE), "dear")
    for question in (Question.PROBE, Question.KEPT, Question.LIKELIHOOD):
        services.interviews.record_answer("c1", question, Reading(skipped=True), "skip")
    offered = await run(AskOffer(services), make_tracker("5", leading_reason="price"))
    again = await run(AskOffer(services), make_tracker(None, GO_ON, asked=offered.slots["asked"]))
    assert again.responses == ["utter_ask_exit_interview_offer_discount_again"]
    assert again.values[again.responses[0]]["deadline"] == offered.values[offered.responses[-1]]["deadline"]


async def test_who_presses_start_again_and_again_does_not_hear_the_same_words(services: Services) -> None:
    for interview in ("open", "over"):
        asked: dict[str, int] = {}
        said = []
        for _ in range(3):
            done = await run(ActionGoOn(services), make_tracker(None, GO_ON, interview=interview, asked=asked))
            asked = done.slots["asked"]
            said += done.responses
        assert len(set(said)) == 3


async def test_a_customer_who_comes_after_the_interview_is_told_that_all_is_kept(
    services: Services, interview: InterviewReader
) -> None:
    services.interviews.finish("c1")
    done = await run(ActionGoOn(services), make_tracker(None, GO_ON, interview="over"))
    assert done.responses == ["utter_go_on_after_interview"]
    assert interview().outcome is not None


async def test_what_waited_for_a_yes_does_not_wait_in_another_place(services: Services) -> None:
    tracker = make_tracker(None, GO_ON, interview="over", confirming="erasure", said_before="utter_ask_erasure")
    assert (await run(ActionGoOn(services), tracker)).slots["confirming"] is None


async def test_a_move_is_never_taken_for_an_answer(services: Services, interview: InterviewReader) -> None:
    tracker = make_tracker(None, GO_ON, interview="open", requested_slot="reason")
    assert (await run(ValidateExitInterview(services), tracker)).slots == {"requested_slot": "reason"}
    assert interview().answers == []


async def test_a_customer_who_moves_before_anything_was_said_hears_who_is_asking(services: Services) -> None:
    done = await run(ActionBeginExitInterview(services), make_tracker(None, GO_ON))
    assert done.responses == ["utter_exit_interview_disclosure"]
    assert done.slots["interview"] == "open"


async def test_a_customer_whose_dialogue_was_forgotten_moves_without_a_second_disclosure(
    services: Services, sqlite_database: Database, clock: FixedClock
) -> None:
    say(sqlite_database, clock(), "Hello", author=Author.BOT, response="utter_exit_interview_disclosure")
    done = await run(ActionBeginExitInterview(services), make_tracker(None, GO_ON))
    assert done.responses == ["utter_go_on"]
    done = await run(AskReason(services), make_tracker(None, GO_ON, asked=done.slots["asked"]))
    assert done.responses == ["utter_ask_exit_interview_reason_again"]


async def test_a_forgotten_dialogue_whose_interview_is_over_is_not_opened_again(services: Services) -> None:
    services.interviews.skip("c1")
    done = await run(ActionBeginExitInterview(services), make_tracker(None, GO_ON))
    assert (done.responses, done.slots["interview"]) == (["utter_go_on_after_interview"], "over")


async def test_where_everything_was_deleted_a_chat_is_told_how_to_begin_anew(
    services: Services, move: Callable[[], None]
) -> None:
    services.data_requests.erase("c1")
    done = await run(ActionBeginExitInterview(services), make_tracker("hello?", "greet"))
    assert done.responses == ["utter_data_erased_before"]
    move()
    for tracker in (make_tracker("hello?", "greet"), make_tracker(None, GO_ON)):
        done = await run(ActionBeginExitInterview(services), tracker)
        assert (done.responses, done.slots["interview"]) == (["utter_data_erased_before_here"], "over")


@pytest.mark.parametrize("question", Question)
@pytest.mark.parametrize("command", COMMANDS)
async def test_a_command_is_no_answer_at_any_step(
    services: Services, interview: InterviewReader, command: str, question: Question
) -> None:
    tracker = make_tracker(command, COMMANDS[command], button={}, requested_slot=question.value)
    done = await run(ValidateExitInterview(services), tracker)
    assert {name for name, value in done.slots.items() if value == "answered"} == set()
    assert interview().answers == []


async def test_each_command_does_what_it_says(services: Services, move: Callable[[], None]) -> None:
    move()
    done = await run(ActionTellData(services), make_tracker("/export", "data_export", button={}))
    assert done.responses == [
        "utter_data_export",
        "utter_data_export_may_not_write_in_chat",
        "utter_data_export_elsewhere",
    ]
    done = await run(ActionAskErasure(services), make_tracker("/forget", "data_erase", button={}))
    assert (done.responses, done.slots["confirming"]) == (["utter_ask_erasure"], "erasure")
    done = await run(ActionRequestHuman(services), make_tracker("/human", "ask_human", button={}))
    assert done.responses == ["utter_handoff_requested_here"]
    done = await run(ActionOptOut(services), make_tracker("/stop", "stop_contact", button={}))
    assert done.responses == ["utter_opt_out_confirmed"]
    assert services.opt_outs.is_opted_out("c1")


async def test_consent_is_asked_for_the_chat_in_all_its_wordings_there(
    services: Services, move: Callable[[], None]
) -> None:
    move()
    said, asked = [], {}
    for _ in range(3):
        done = await run(AskConsent(services), make_tracker("hm", asked=asked))
        said, asked = said + done.responses, done.slots["asked"]
    here = "utter_ask_exit_interview_consent_here"
    assert said == [here, f"{here}_again", f"{here}_once_more"]


async def test_at_the_end_a_chat_is_never_named_by_its_number(
    services: Services, move: Callable[[], None], sqlite_database: Database, clock: FixedClock
) -> None:
    move()
    say(sqlite_database, clock(), "May we?", author=Author.BOT, response="utter_ask_exit_interview_consent_here")
    services.interviews.record_answer("c1", Question.CONSENT, Reading(value=1), "Yes, you may")
    done = await run(ActionFinishExitInterview(services), make_tracker("Yes, you may", "answer"))
    assert done.responses[0] == "utter_exit_interview_will_write_here"
    told = await run(ActionTellData(services), make_tracker("/export", "data_export", button={}))
    assert "utter_data_export_may_write_in_chat" in told.responses
    assert "70044718" not in str(done.values) + str(told.values)


async def test_an_address_typed_in_a_chat_is_named_beside_it(
    services: Services, move: Callable[[], None], sqlite_database: Database, clock: FixedClock
) -> None:
    move()
    say(sqlite_database, clock(), "May we?", author=Author.BOT, response="utter_ask_exit_interview_consent_here")
    services.interviews.record_answer(
        "c1", Question.CONSENT, Reading(value=1, address="a@example.org"), "a@example.org"
    )
    done = await run(ActionFinishExitInterview(services), make_tracker("a@example.org"))
    assert done.values["utter_exit_interview_will_write"]["email"] == "a@example.org"
    told = await run(ActionTellData(services), make_tracker("/export", "data_export", button={}))
    assert told.values["utter_data_export_may_write"]["addresses"] == "a@example.org"
    assert "utter_data_export_may_not_write_in_chat" in told.responses


async def test_a_deletion_in_a_chat_reaches_what_was_said_there_before_and_says_what_only_they_can_delete(
    services: Services, move: Callable[[], None], sqlite_database: Database, clock: FixedClock
) -> None:
    move()
    add_conversation(sqlite_database, clock(), "c0")
    with sqlite_database.write() as work:
        earlier = work.conversations.get("c0", lock=True)
        earlier.channel, earlier.customer_id = Channel.TELEGRAM, work.conversations.get("c1").customer_id
        work.conversations.add_message(earlier, Author.CUSTOMER, "it broke", clock())
        work.commit()
    told = await run(ActionTellData(services), make_tracker("/export", "data_export", button={}))
    assert told.values["utter_data_export_other_chats"]["chats"] == "1"
    tracker = make_tracker("Yes, delete it", "affirm", confirming="erasure", said_before="utter_ask_erasure")
    done = await run(ActionEraseData(services), tracker)
    assert done.responses == ["utter_data_erased_here"]
    with sqlite_database.read() as work:
        assert work.conversations.get("c0").erased_at == clock()
        assert work.conversations.list_messages("c0") == []
        assert work.erasures.list_receipts("c1") == [done.values["utter_data_erased_here"]["receipt"]]
        assert work.session.query(Customer).count() == 0
