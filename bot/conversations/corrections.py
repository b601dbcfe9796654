"""What staff say the reasons really were: written down beside what was tapped and inferred, and read to learn from.

It must not train anything, and it keeps no copy: what is erased is gone from what can be learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.conversations.contact_details import remove_contact_details
from bot.errors import ConversationNotFound, FarewellError, NotFound
from bot.reasons.corrections import Barrier, Correction, Prediction
from bot.retention.nonsense import strip_code
from bot.retention.reasons import Reason
from bot.storage.tables import ReasonSource, StatedReason
from bot.storage.unit_of_work import Database
from bot.storage.views.corrections import REASON_CORRECTED, CorrectedInterview, read_corrected_interviews


class InterviewNotFound(NotFound):
    """There is no interview in this conversation, so there is no reason to correct."""


class ReasonsUnfit(FarewellError):
    """“Other or unclear” stands alone: choose it without other reasons, or leave it out."""


def correct_reasons(
    database: Database, conversation_id: str, reasons: Sequence[Reason], who: str, now: datetime
) -> None:
    """Note all reasons that an interview really gives, the leading one first, in place of an earlier correction.

    Those that had been read already are thereby confirmed.

    Raises:
        ConversationNotFound: when there is no such conversation.
        InterviewNotFound: when nobody was interviewed here.
        ReasonsUnfit: when there is none, or `other_unclear` is not alone.
    """
    labels = list(dict.fromkeys(reasons))
    if not labels or (Reason.OTHER_UNCLEAR in labels and len(labels) > 1):
        raise ReasonsUnfit
    with database.write() as uow:
        interview = uow.interviews.find(conversation_id)
        if interview is None:
            raise ConversationNotFound if uow.conversations.find(conversation_id) is None else InterviewNotFound
        before = interview.leading_reason
        for old in [stated for stated in interview.reasons if stated.source is ReasonSource.CORRECTED]:
            interview.reasons.remove(old)
        for label in labels:
            uow.interviews.add_reason(
                interview, StatedReason(label=label, source=ReasonSource.CORRECTED, score=1.0, stated_at=now)
            )
        interview.leading_reason = labels[0]
        uow.touches.look_again([interview.customer_id], now)
        also = {"also": labels[1:]} if labels[1:] else {}
        uow.audit.record(who, REASON_CORRECTED, now, subject=conversation_id, before=before, after=labels[0], **also)
        uow.commit()


def list_corrections(database: Database) -> list[Correction]:
    """Return what staff have corrected, one for an interview, each with what the classifier had said.

    One with a barrier must not be learnt from.
    """
    return [_describe(interview) for interview in read_corrected_interviews(database)]


def _describe(interview: CorrectedInterview) -> Correction:
    text = _find_words(interview)
    inferred = sorted(
        (it for it in interview.reasons if it.source is ReasonSource.INFERRED), key=lambda it: it.score, reverse=True
    )
    return Correction(
        conversation=interview.conversation_id,
        text=text,
        labels=tuple(it.label for it in interview.reasons if it.source is ReasonSource.CORRECTED),
        corrected_by=interview.corrected_by,
        corrected_at=interview.corrected_at,
        predicted=tuple(Prediction(it.label, it.score, it.version) for it in inferred),
        barrier=_find_barrier(interview, text),
    )


def _find_words(interview: CorrectedInterview) -> str:
    """Return the customer's own words for why they leave, as the classifier reads them; a button's are not theirs."""
    tapped = {it.words for it in interview.reasons if it.source is ReasonSource.TAPPED}
    read_from = [it.words for it in interview.reasons if it.source is ReasonSource.INFERRED]
    said = dict.fromkeys(words for words in (interview.answer, *read_from) if words and words not in tapped)
    return remove_contact_details(strip_code("\n".join(said))).strip()


def _find_barrier(interview: CorrectedInterview, text: str) -> Barrier | None:
    if interview.trial:
        return Barrier.TRIAL
    if interview.sensitive:
        return Barrier.SENSITIVE
    if interview.language is not None:
        return Barrier.LANGUAGE
    return None if any(sign.isalnum() for sign in text) else Barrier.NO_WORDS
