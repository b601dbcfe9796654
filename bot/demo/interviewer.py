"""Holds the exit interviews of invented customers, in the past, through the services that hold the real ones.

What they say is theirs; what is understood of it, offered and written down is what the product makes of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from actions.offer_values import write_offer
from bot.conversations.announcer import Announcer
from bot.conversations.handoff import HandoffService
from bot.conversations.interviews import DISCLOSURE, InterviewService, Reader, close
from bot.conversations.offers import Offer, OfferService
from bot.conversations.opt_out import OptOutService
from bot.demo.cast import Invented
from bot.demo.personas import SKIP, Persona
from bot.demo.words import BotWords
from bot.retention.endings import FAILURES_OF_OURS
from bot.retention.interview import Question, Standing, next_question
from bot.retention.policy import Policy
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.settings import Settings
from bot.storage.tables import Author, Channel, EndedBy, Outcome
from bot.storage.unit_of_work import Database

A_WORD = timedelta(seconds=20)
"""How long everybody takes to say something."""
LENGTH = timedelta(minutes=4)
"""So long before its end an interview begins."""
BEGINNING = datetime.min.replace(tzinfo=UTC)
ASK = "utter_ask_exit_interview_"


class Interviewer:
    """Interviews one invented customer after the other."""

    def __init__(self, database: Database, settings: Settings, policy: Policy, reader: Reader, words: BotWords) -> None:
        self._database = database
        self._words = words
        self._now = BEGINNING
        announcer = Announcer()
        self._interviews = InterviewService(database, reader, self._clock, policy, settings.company_name)
        self._offers = OfferService(database, policy, announcer, self._clock, settings.timezone)
        self._opt_outs = OptOutService(database, settings, self._clock)
        self._handoff = HandoffService(database, announcer, self._clock)

    def interview(self, who: Invented, customer_id: int, ended_at: datetime) -> None:
        """Hold the interview that ended then. Nobody else is told of it."""
        self._now = ended_at - LENGTH
        conversation = self._open(customer_id)
        self._say(conversation, DISCLOSURE)
        standing = self._interviews.begin(conversation).standing
        while (question := next_question(standing)) is not None and not self._breaks_off(conversation, who, standing):
            standing = self._ask(conversation, who.persona, question, standing)
        self._end(conversation, who.persona, standing)
        with self._database.write() as work:
            work.deliveries.remove_unsent(conversation)
            work.commit()

    def _clock(self) -> datetime:
        return self._now

    def _open(self, customer_id: int) -> str:
        with self._database.write() as work:
            conversation = work.conversations.begin(
                Channel.WEB, self._now, customer_id=customer_id, vouched_at=self._now
            )
            work.commit()
            return conversation.id

    def _breaks_off(self, conversation: str, who: Invented, standing: Standing) -> bool:
        """Tell whether somebody ends it before the question that comes next."""
        if who.persona.end == "skipped":
            self._say(conversation, f"{ASK}reason")
            return True
        return Question.REASON in standing.settled and who.persona.end in ("abandoned", "opted_out", "sensitive")

    def _ask(self, conversation: str, persona: Persona, question: Question, standing: Standing) -> Standing:
        self._put(conversation, question, standing.leading)
        text, reading = answer(persona, question)
        message = self._hear(conversation, text)
        return self._interviews.record_answer(conversation, question, reading, text, message)

    def _put(self, conversation: str, question: Question, leading: Reason | None) -> None:
        if question is Question.OFFER:
            offer = self._offers.propose(conversation)
            if offer is not None:
                self._say(conversation, f"{ASK}offer_{offer.kind.value}", **self._write(offer))
        elif question is Question.PROBE:
            self._say(conversation, f"{ASK}probe_{(leading or Reason.OTHER_UNCLEAR).value}")
        else:
            self._say(conversation, f"{ASK}{question.value}")

    def _end(self, conversation: str, persona: Persona, standing: Standing) -> None:
        match persona.end:
            case "skipped":
                self._hear(conversation, "Skip and cancel")
                self._interviews.skip(conversation)
                self._say(conversation, "utter_exit_interview_skipped")
            case "abandoned":
                with self._database.write() as work:
                    interview = work.interviews.find(conversation)
                    if interview is not None:
                        close(work, interview, Outcome.ABANDONED, EndedBy.SILENCE, self._now)
                    work.commit()
            case "opted_out":
                self._opt_outs.opt_out(conversation)
                self._say(conversation, "utter_opt_out_confirmed")
            case "sensitive":
                self._interviews.note_trouble(conversation)
                self._interviews.finish(conversation)
                self._say(conversation, "utter_exit_interview_sensitive_bereavement")
            case _:
                self._finish(conversation, persona, standing)

    def _finish(self, conversation: str, persona: Persona, standing: Standing) -> None:
        closing = self._interviews.finish(conversation)
        offer = self._offers.find(conversation)
        if closing.saved and offer is not None:
            self._say(conversation, f"utter_offer_accepted_{offer.kind.value}", **self._write(offer))
        elif standing.leading in FAILURES_OF_OURS:
            self._say(conversation, f"utter_exit_interview_apology_{standing.leading.value}")
            self._say(conversation, "utter_exit_interview_ending_after_apology")
        else:
            self._say(conversation, "utter_exit_interview_ending_ordinary")
        if persona.end == "handoff":
            self._hear(conversation, "Can I talk to a person about this, please?")
            self._handoff.request(conversation)

    def _write(self, offer: Offer) -> dict[str, str]:
        return write_offer(offer, self._now)

    def _say(self, conversation: str, response: str, **values: str) -> None:
        self._add(conversation, Author.BOT, self._words.say(response, **values), response)

    def _hear(self, conversation: str, text: str) -> int:
        return self._add(conversation, Author.CUSTOMER, text)

    def _add(self, conversation_id: str, author: Author, text: str, response: str | None = None) -> int:
        self._now += A_WORD
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            message = work.conversations.add_message(conversation, author, text, self._now, response=response)
            work.commit()
            return message.id


def answer(persona: Persona, question: Question) -> tuple[str, Reading]:
    """Return what somebody says to a question, and how it is read."""
    match question:
        case Question.REASON if persona.taps is not None:
            return persona.taps, Reading(tapped=persona.reason)
        case Question.REASON:
            return persona.says or "", Reading()
        case Question.PROBE | Question.KEPT:
            words = persona.probe if question is Question.PROBE else persona.kept
            return ("Skip this question", Reading(skipped=True)) if words == SKIP else (words, Reading())
        case Question.LIKELIHOOD:
            return str(persona.likelihood), Reading(value=persona.likelihood)
        case Question.OFFER:
            return ("Yes, please", Reading(value=1)) if persona.offer else ("No, thank you", Reading(value=0))
        case Question.CONSENT if persona.consent == "email":
            return "Yes, you may", Reading(value=1)
        case Question.CONSENT:
            return "No, thank you", Reading(value=0)
        case Question.EMAIL:
            return "I'd rather not say", Reading(skipped=True)
