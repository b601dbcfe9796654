"""People and groups that a test plays: they write, press, edit, block, and see what the bot sent.

What they do becomes an update for the bot; how it gets there is not decided here.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import replace

from tests.telegram.chats import Json, Message, Press, PressAnswer, Standing
from tests.telegram.world import ANSWER_LIFETIME, PRESS_LIFETIME, World

_COMMAND = re.compile(r"/\w{1,64}(@\w+)?", re.ASCII)


def write_text(text: str) -> Json:
    """Return a text as a message carries it: a leading command is marked, in UTF-16 code units."""
    content: Json = {"text": text}
    if command := _COMMAND.match(text):
        content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command[0])}]
    return content


def _make_file(**about: object) -> Json:
    return {
        "file_id": secrets.token_urlsafe(40),
        "file_unique_id": secrets.token_urlsafe(10),
        "file_size": 8192,
    } | about


class Person:
    """Somebody with a private chat with the bot. What they write is returned as the message, with its `update_id`."""

    def __init__(self, world: World, name: str, language_code: str = "en") -> None:
        self._world = world
        self.user = world.make_user(name, language_code)
        about = {"id": self.user["id"], "type": "private", "first_name": name}
        self._chat = world.add_chat(about, Standing.STRANGER)

    @property
    def chat_id(self) -> int:
        return self._chat.id

    @property
    def messages(self) -> list[Message]:
        """What they see now, oldest first: `id`, `text`, `buttons`, `from_bot`."""
        return self._world.list_messages(self._chat)

    @property
    def heard(self) -> list[str]:
        """The texts of the bot, oldest first."""
        return [message.text for message in self.messages if message.from_bot]

    @property
    def callback_answers(self) -> list[PressAnswer]:
        """How their presses were answered, in order."""
        with self._world.lock:
            return [answer for chat, answer in self._world.answers if chat is self._chat]

    @property
    def chat_actions(self) -> list[str]:
        """What they saw the bot doing ("typing"), in order."""
        with self._world.lock:
            return list(self._chat.actions)

    # ---- writing --------------------------------------------------------------------------------------------------

    def start(self, payload: str | None = None) -> Message:
        """Press Start, or follow a link with a payload."""
        return self.type("/start" if payload is None else f"/start {payload}")

    def type(self, text: str) -> Message:
        return self._say(write_text(text))

    def send_photo(self, caption: str | None = None) -> Message:
        sizes = [_make_file(width=width, height=width * 2 // 3) for width in (90, 320, 800)]
        return self._say({"photo": sizes} | ({} if caption is None else {"caption": caption}))

    def send_voice(self) -> Message:
        return self._say({"voice": _make_file(duration=4, mime_type="audio/ogg")})

    def send_sticker(self) -> Message:
        about = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._say({"sticker": _make_file(**about, emoji="👍")})

    def send_document(self) -> Message:
        return self._say({"document": _make_file(file_name="invoice.pdf", mime_type="application/pdf")})

    def send_location(self) -> Message:
        return self._say({"location": {"latitude": 47.3769, "longitude": 8.5417}})

    def edit(self, message: Message, new_text: str) -> Message:
        """Change what they wrote; the bot is told of an edited message."""
        with self._world.lock:
            own = self._chat.find(message.id)
            if own is None or own.from_bot:
                raise AssertionError(f"message {message.id} is not theirs to edit")
            own.content = write_text(new_text)
            own.edit_date = int(self._world.now())
            own.update_id = self._world.updates.push("edited_message", own.as_json(), f"chat {self.chat_id}")
            return replace(own)

    # ---- pressing -------------------------------------------------------------------------------------------------

    def press(self, title: str) -> str:
        """Press the button with that title on the newest message that has it; return the press's id."""
        with self._world.lock:
            for message in reversed(self._chat.messages):
                for button in message.keyboard:
                    if button["text"] == title and "callback_data" in button:
                        return self._press(message.id, message.as_json(), button["callback_data"])
            visible = [title for message in self._chat.messages for title in message.buttons]
            raise AssertionError(f"there is no button “{title}” to press, only {visible}")

    def press_data(self, message_id: int, data: str) -> str:
        """Press a button that need not exist, as a forged client can; return the press's id."""
        with self._world.lock:
            message = self._chat.find(message_id)
            unknown = {"chat": self._chat.about, "message_id": message_id, "date": 0}
            return self._press(message_id, message.as_json() if message else unknown, data)

    def _press(self, message_id: int, message: Json, data: str) -> str:
        press_id = str(secrets.randbits(63))
        until = self._world.now() + ANSWER_LIFETIME
        self._world.presses[press_id] = Press(press_id, self._chat, until)
        body = {"id": press_id, "from": self.user, "message": message, "chat_instance": "1", "data": data}
        self._world.updates.push("callback_query", body, f"press {self.chat_id}", PRESS_LIFETIME)
        return press_id

    # ---- leaving and coming back ----------------------------------------------------------------------------------

    def block(self) -> None:
        """Stop the bot: it is told, and can write no more."""
        self._world.change_standing(self._chat, self.user, Standing.BLOCKED, "member", "kicked")

    def unblock(self) -> None:
        """Let the bot write again; it is told."""
        if self._chat.standing is not Standing.BLOCKED:
            raise AssertionError("they have not blocked the bot")
        self._world.change_standing(self._chat, self.user, Standing.OPEN, "kicked", "member")

    def deactivate(self) -> None:
        """Delete their account; nobody is told."""
        with self._world.lock:
            self._chat.standing = Standing.DEACTIVATED

    def _say(self, content: Json) -> Message:
        with self._world.lock:
            if self._chat.standing is Standing.STRANGER:
                self._chat.standing = Standing.OPEN
            if self._chat.standing is not Standing.OPEN:
                raise AssertionError("nobody can write to a bot they have blocked: unblock() it first")
            message = self._world.post(self._chat, self.user, content)
            message.update_id = self._world.updates.push("message", message.as_json(), f"chat {self.chat_id}")
            return replace(message)


class Group:
    """A group that the bot can be added to; it reads everything that is written there."""

    def __init__(self, world: World, title: str) -> None:
        self._world = world
        self._owner = world.make_user("Owner", "en")
        about = {"id": -world.draw_id(), "type": "group", "title": title}
        self._chat = world.add_chat(about, Standing.LEFT)

    @property
    def chat_id(self) -> int:
        return self._chat.id

    @property
    def messages(self) -> list[Message]:
        return self._world.list_messages(self._chat)

    @property
    def has_bot(self) -> bool:
        return self._chat.standing is Standing.OPEN

    def add_bot(self, by: Person | None = None) -> None:
        """Add the bot: it is told of its membership, and sees the service message that everybody sees."""
        user = by.user if by else self._owner
        with self._world.lock:
            self._world.change_standing(self._chat, user, Standing.OPEN, "left", "member")
            self._tell(user, {"new_chat_members": [self._world.bot]})

    def remove_bot(self, by: Person | None = None) -> None:
        """Throw the bot out; it is told."""
        user = by.user if by else self._owner
        self._world.change_standing(self._chat, user, Standing.KICKED, "member", "kicked")

    def type(self, person: Person, text: str) -> Message:
        """Write into the group; the bot hears of it as long as it is in."""
        return self._tell(person.user, write_text(text))

    def _tell(self, user: Json, content: Json) -> Message:
        with self._world.lock:
            message = self._world.post(self._chat, user, content)
            if self.has_bot:
                message.update_id = self._world.updates.push("message", message.as_json(), f"chat {self.chat_id}")
            return replace(message)
