"""Brings what somebody did on Telegram into the conversation, and says what is to be done on Telegram after it.

It talks to no server. Doing the same twice is the same as once: everything bears the update's id.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels.telegram.deeds import Deed, DeedKind, Unreadable
from bot.conversations.chats import ChatService
from bot.conversations.copy import GatewayCopy, Sentence
from bot.conversations.inbox import SKIP_AND_CANCEL, ConversationService, Receipt
from bot.conversations.letter_book import LetterBook
from bot.conversations.refusals import Refusal, StaleButton
from bot.storage.tables import Channel

_INTENTS = {"stop": "stop_contact", "human": "ask_human", "export": "data_export", "forget": "data_erase"}
_SENTENCES = {"help": Sentence.HELP, "privacy": Sentence.PRIVACY}
_ANSWERS = {
    Unreadable.VOICE: Sentence.CANNOT_HEAR,
    Unreadable.STICKER: Sentence.STICKER,
    Unreadable.EDIT: Sentence.EDITED,
}
TELEGRAM = Channel.TELEGRAM


@dataclass(frozen=True)
class Aftermath:
    """What is to be done on Telegram once something is in the transcript; if it fails, nothing is lost. `query_id`
    waits for an answer, which may be `notice`; `hide` are messages whose buttons are over; `leave` the group."""

    query_id: str | None = None
    notice: str | None = None
    hide: tuple[str, ...] = ()
    leave: bool = False


class DeedHandler:
    """Deals with one deed at a time in each chat."""

    def __init__(
        self, chats: ChatService, conversations: ConversationService, letters: LetterBook, copy: GatewayCopy
    ) -> None:
        self._chats = chats
        self._conversations = conversations
        self._letters = letters
        self._copy = copy

    def handle(self, update_id: int, chat_id: int, deed: Deed) -> Aftermath:
        """Deal with what was done."""
        address, client_id = str(chat_id), f"telegram-{update_id}"
        match deed.kind:
            case DeedKind.GROUP:
                return Aftermath(leave=True, notice=self._copy.say(Sentence.ONLY_PRIVATE))
            case DeedKind.BLOCK | DeedKind.UNBLOCK:
                self._chats.note_reachable(TELEGRAM, address, deed.kind is DeedKind.UNBLOCK)
                return Aftermath()
            case DeedKind.START:
                self._start(address, client_id, deed.text)
                return Aftermath()
            case DeedKind.TEXT:
                return self._take_text(address, client_id, deed.text or "")
            case DeedKind.COMMAND if deed.name in _SENTENCES:
                # The question stays open, and so do its buttons.
                self._tell(address, client_id, deed.name)
                return Aftermath()
            case DeedKind.COMMAND:
                return self._obey(address, client_id, deed.name or "")
            case DeedKind.UNREADABLE:
                return self._take_unreadable(address, client_id, Unreadable(deed.name or Unreadable.OTHER), deed.text)
            case DeedKind.PRESS:
                return self._press(address, client_id, deed)

    def _start(self, address: str, client_id: str, token: str | None) -> None:
        if token is None:
            self._chats.begin(TELEGRAM, address, client_id)
        elif self._chats.follow_link(TELEGRAM, address, token, client_id) is None:
            conversation_id = self._chats.find_or_begin(TELEGRAM, address, client_id)
            self._conversations.receive_unreadable(
                conversation_id, client_id, "/start", Sentence.LINK_EXPIRED, TELEGRAM
            )

    def _take_text(self, address: str, client_id: str, text: str) -> Aftermath:
        conversation_id = self._chats.find_or_begin(TELEGRAM, address, client_id)
        try:
            receipt = self._conversations.receive_text(conversation_id, client_id, text, TELEGRAM)
        except Refusal:  # Nothing that can be seen was written; Telegram lets nothing too long through.
            self._conversations.receive_unreadable(
                conversation_id, client_id, self._copy.say(Sentence.SENT_OTHER), Sentence.CANNOT_SEE, TELEGRAM
            )
            return Aftermath()
        return Aftermath(hide=self._hide(conversation_id, receipt))

    def _obey(self, address: str, client_id: str, name: str) -> Aftermath:
        # Whoever wants to be left alone, or to know what we know, is not asked first why they leave.
        conversation_id = self._chats.find_or_begin(TELEGRAM, address, client_id, asks=False)
        receipt = self._conversations.receive_command(conversation_id, client_id, f"/{name}", _INTENTS[name], TELEGRAM)
        return Aftermath(hide=self._hide(conversation_id, receipt))

    def _tell(self, address: str, client_id: str, name: str) -> None:
        conversation_id = self._chats.find_or_begin(TELEGRAM, address, client_id, asks=False)
        self._conversations.receive_unreadable(conversation_id, client_id, f"/{name}", _SENTENCES[name], TELEGRAM)

    def _take_unreadable(self, address: str, client_id: str, what: Unreadable, caption: str | None) -> Aftermath:
        conversation_id = self._chats.find_or_begin(TELEGRAM, address, client_id)
        shown = self._copy.say(Sentence(f"utter_gateway_sent_{what.value}"))
        if caption is None:
            answer = _ANSWERS.get(what, Sentence.CANNOT_SEE)
            self._conversations.receive_unreadable(conversation_id, client_id, shown, answer, TELEGRAM)
            return Aftermath()
        self._conversations.receive_unreadable(conversation_id, f"{client_id}-sent", shown, Sentence.CAPTION, TELEGRAM)
        return self._take_text(address, client_id, caption)

    def _press(self, address: str, client_id: str, deed: Deed) -> Aftermath:
        conversation_id = self._chats.find(TELEGRAM, address)
        try:
            if conversation_id is None or not self._is_below(address, conversation_id, client_id, deed):
                raise StaleButton
            receipt = self._conversations.receive_button(conversation_id, client_id, deed.data or "", TELEGRAM)
        except StaleButton:
            notice = self._copy.say(Sentence.STALE_BUTTON)
            return Aftermath(query_id=deed.query_id, notice=notice, hide=(deed.message_id or "",))
        return Aftermath(query_id=deed.query_id, hide=self._hide(conversation_id, receipt))

    def _is_below(self, address: str, conversation_id: str, client_id: str, deed: Deed) -> bool:
        """Tell whether the button is below that message, in that chat, and of the conversation that goes on there. A
        press that was taken already passes: it may come again after a crash."""
        if self._conversations.was_received(conversation_id, client_id):
            return True
        pressed = deed.data or ""
        message_id = None
        if pressed != SKIP_AND_CANCEL:
            message_id = self._conversations.find_button_message(conversation_id, pressed)
            if message_id is None:
                return False
        return self._letters.find_conversation(address, deed.message_id or "", message_id) == conversation_id

    def _hide(self, conversation_id: str, receipt: Receipt) -> tuple[str, ...]:
        return tuple(self._letters.take_down_buttons(conversation_id, receipt.position))
