"""The methods of the Bot API that the product may call, with the checks and the words of the public documentation.

They act on the world of chats; how a request came, and what goes wrong on its way, is not their business.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.telegram.chats import Chat, Json, PressAnswer, Refusal, Standing
from tests.telegram.webhook import Webhook
from tests.telegram.world import World

LONGEST_TEXT = 4096
LONGEST_CALLBACK_DATA = 64
LONGEST_ANSWER = 200
LONGEST_POLL = 50
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ACTIONS = frozenset(
    [
        *("typing", "choose_sticker", "find_location"),
        *(f"upload_{kind}" for kind in ("photo", "video", "voice", "document", "video_note")),
        *(f"record_{kind}" for kind in ("video", "voice", "video_note")),
    ]
)


def refuse(reason: str) -> Refusal:
    return Refusal(400, f"Bad Request: {reason}")


def count_units(text: str) -> int:
    """Return the length in UTF-16 code units, as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def read_number(params: Json, name: str, default: int, least: int | None = None, most: int | None = None) -> int:
    """Return a whole number within its bounds; what is no number counts as not given."""
    try:
        number = int(params[name])
    except (KeyError, TypeError, ValueError):
        return default
    return min(max(number, number if least is None else least), number if most is None else most)


def read_flag(params: Json, name: str) -> bool:
    return str(params.get(name, "")).lower() in ("true", "1", "yes")


def read_json(params: Json, name: str, complaint: str) -> Any:
    """Return a structured parameter, which comes as JSON within a form and as it is within JSON."""
    value = params.get(name)
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError:
        raise refuse(complaint) from None


def read_markup(params: Json) -> Json | None:
    """Return the reply markup after Telegram's checks, None if there is none or if it has no button."""
    markup = read_json(params, "reply_markup", "can't parse reply keyboard markup JSON object")
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise refuse("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return markup
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise refuse('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    for button in buttons:
        if not isinstance(button, dict) or not button.get("text"):
            raise refuse('can\'t parse inline keyboard button: field "text" must be of type String')
        if len(button) < 2:
            raise refuse("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if "callback_data" in button:
            size = len(str(button["callback_data"]).encode())
            if not 1 <= size <= LONGEST_CALLBACK_DATA:
                raise refuse("BUTTON_DATA_INVALID")
    return markup if buttons else None


class Methods:
    """Answers one request at a time with the `result` of the Bot API, or raises Refusal."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._methods: dict[str, Callable[[Json], Any]] = {
            "getme": self._get_me,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": lambda _: world.webhook.as_json(world.updates),
            "sendmessage": self._send_message,
            "editmessagereplymarkup": self._edit_message_reply_markup,
            "answercallbackquery": self._answer_callback_query,
            "sendchataction": self._send_chat_action,
            "leavechat": self._leave_chat,
            "setmycommands": self._set_my_commands,
        }

    async def perform(self, method: str, params: Json) -> Any:
        if method.lower() == "getupdates":
            return await self._get_updates(params)
        act = self._methods.get(method.lower())
        if act is None:
            raise Refusal(404, "Not Found")
        with self._world.lock:
            return act(params)

    # ---- updates --------------------------------------------------------------------------------------------------

    async def _get_updates(self, params: Json) -> list[Json]:
        offset = read_number(params, "offset", 0)
        limit = read_number(params, "limit", 100, 1, 100)
        seconds = read_number(params, "timeout", 0, 0, LONGEST_POLL)
        queue = self._world.updates
        with self._world.lock:
            if self._world.webhook.url:
                raise Refusal(
                    409,
                    "Conflict: can't use getUpdates method while webhook is active; "
                    "use deleteWebhook to delete the webhook first",
                )
            queue.allow(self._read_kinds(params))
            updates = queue.take(offset, limit)
            if updates or not seconds:
                return [update.as_json() for update in updates]
            poll = queue.begin_poll()
        try:
            await poll.wait(seconds)
            if poll.conflict:
                raise Refusal(409, poll.conflict)
            return [update.as_json() for update in queue.take(offset, limit)]
        finally:
            queue.leave_poll(poll)

    def _set_webhook(self, params: Json) -> bool:
        url = str(params.get("url", ""))
        if not url:
            return self._delete_webhook(params)
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise refuse("bad webhook: An HTTPS URL must be provided for webhook")
        secret = params.get("secret_token") or None
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise refuse("secret token contains unallowed characters")
        self._world.updates.allow(self._read_kinds(params))
        if read_flag(params, "drop_pending_updates"):
            self._world.updates.clear()
        self._world.updates.end_poll("Conflict: terminated by setWebhook request")
        self._change_webhook(Webhook(url, secret, read_number(params, "max_connections", 40, 1, 100)))
        return True

    def _delete_webhook(self, params: Json) -> bool:
        if read_flag(params, "drop_pending_updates"):
            self._world.updates.clear()
        self._change_webhook(Webhook())
        return True

    def _change_webhook(self, webhook: Webhook) -> None:
        # The courier holds on to the one webhook there is.
        self._world.webhook.__dict__.update(webhook.__dict__)
        self._world.updates.wake()

    def _read_kinds(self, params: Json) -> list[str] | None:
        kinds = read_json(params, "allowed_updates", "can't parse allowed_updates")
        return kinds if isinstance(kinds, list) else None

    # ---- messages -------------------------------------------------------------------------------------------------

    def _get_me(self, params: Json) -> Json:
        abilities = {"can_join_groups": True, "can_read_all_group_messages": True, "supports_inline_queries": False}
        return self._world.bot | abilities

    def _send_message(self, params: Json) -> Json:
        text = str(params.get("text", "")).strip()
        if not text:
            raise refuse("message text is empty")
        markup = read_markup(params)
        chat = self._find_chat(params)
        chat.check_open()
        if count_units(text) > LONGEST_TEXT:
            raise refuse("message is too long")
        now = time.monotonic()
        wait = self._world.limits.admit(chat.id, now)
        if wait is not None:
            raise Refusal(429, f"Too Many Requests: retry after {wait}", wait)
        message = self._world.post(chat, self._world.bot, {"text": text}, markup)
        message.parse_mode = params.get("parse_mode")
        self._world.note_delivery(replace(message), now)
        return message.as_json()

    def _edit_message_reply_markup(self, params: Json) -> Json:
        markup = read_markup(params)
        chat = self._find_chat(params)
        chat.check_open()
        message = chat.find(read_number(params, "message_id", 0))
        if message is None:
            raise refuse("message to edit not found")
        if not message.from_bot:
            raise refuse("message can't be edited")
        if markup == message.reply_markup:
            raise refuse(NOT_MODIFIED)
        message.reply_markup = markup
        message.edit_date = int(self._world.now())
        return message.as_json()

    def _answer_callback_query(self, params: Json) -> bool:
        text = params.get("text")
        if text is not None and count_units(text) > LONGEST_ANSWER:
            raise refuse("MESSAGE_TOO_LONG")
        press = self._world.presses.pop(str(params.get("callback_query_id", "")), None)
        if press is None or press.answerable_until <= self._world.now():
            raise refuse(TOO_OLD)
        self._world.answers.append((press.chat, PressAnswer(press.id, text, read_flag(params, "show_alert"))))
        return True

    def _send_chat_action(self, params: Json) -> bool:
        chat = self._find_chat(params)
        chat.check_open()
        if params.get("action") not in ACTIONS:
            raise refuse("wrong parameter action in request")
        chat.actions.append(params["action"])
        return True

    # ---- chats and commands ---------------------------------------------------------------------------------------

    def _leave_chat(self, params: Json) -> bool:
        chat = self._find_chat(params)
        if chat.is_private:
            raise refuse("chat member status can't be changed in private chats")
        chat.check_open()
        self._world.change_standing(chat, self._world.bot, Standing.LEFT, "member", "left")
        return True

    def _set_my_commands(self, params: Json) -> bool:
        commands = read_json(params, "commands", "can't parse commands JSON object") or []
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", ""))):
                raise refuse("BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", ""))) <= 256:
                raise refuse("BOT_COMMAND_DESCRIPTION_INVALID")
        self._world.commands[str(params.get("language_code", ""))] = commands
        return True

    def _find_chat(self, params: Json) -> Chat:
        chat_id = params.get("chat_id", "")
        if chat_id in ("", None):
            raise refuse("chat_id is empty")
        chat = self._world.chats.get(read_number(params, "chat_id", 0))
        if chat is None:
            raise refuse("chat not found")
        return chat
