"""What somebody did on Telegram is read out of an update, and nothing they type is more than text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram.deeds import COMMANDS, Deed, DeedKind, Unreadable, read_update

ADA = {"id": 7, "type": "private", "first_name": "Ada"}
USER = {"id": 7, "is_bot": False, "first_name": "Ada"}
NOW = int(datetime(2026, 11, 22, tzinfo=UTC).timestamp())


def make_update(kind: str = "message", chat: dict[str, Any] = ADA, **content: Any) -> Update:
    body = {"message_id": 1, "date": NOW, "chat": chat, "from": USER} | content
    update = Update.de_json({"update_id": 1, kind: body}, None)
    assert update is not None
    return update


def read(text: str) -> Deed:
    found = read_update(make_update(text=text))
    assert found is not None
    assert found[0] == 7
    return found[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_known_by_its_word_alone(name: str) -> None:
    assert read(f"/{name}") == Deed(DeedKind.COMMAND, name=name)
    assert read(f"/{name.upper()}@farewell_bot") == Deed(DeedKind.COMMAND, name=name)
    assert read(f"/{name} it, the price is too high").kind is DeedKind.TEXT


def test_start_brings_what_stands_behind_it() -> None:
    assert read("/start") == Deed(DeedKind.START)
    assert read("/start abc_DEF-1") == Deed(DeedKind.START, text="abc_DEF-1")


@given(st.text(min_size=1, max_size=200))
def test_whatever_is_typed_is_text_unless_it_is_a_command(text: str) -> None:
    word = text.partition(" ")[0].removeprefix("/").partition("@")[0].lower()
    is_command = text.startswith("/") and word in ("start", *COMMANDS)
    assert (read(text).kind is DeedKind.TEXT) or is_command


@given(st.text(min_size=1, max_size=200))
def test_what_is_kept_of_a_deed_is_read_again_as_it_was(text: str) -> None:
    deed = read(text)
    assert Deed.read(deed.write()) == deed


def test_a_card_number_is_masked_in_text_and_below_a_picture() -> None:
    photo = {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}
    below = read_update(make_update(photo=[photo], caption="my card 4111 1111 1111 1111"))
    assert below is not None
    for deed in (read("my card 4111 1111 1111 1111"), below[1]):
        assert "1111 1111" not in str(deed.text)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}}, Unreadable.VOICE),
        ({"location": {"latitude": 1, "longitude": 2}}, Unreadable.LOCATION),
        ({"contact": {"phone_number": "1", "first_name": "Ada"}}, Unreadable.CONTACT),
        ({"dice": {"emoji": "🎲", "value": 3}}, Unreadable.OTHER),
    ],
)
def test_what_is_no_text_is_named_and_nothing_of_it_kept(content: dict[str, Any], what: Unreadable) -> None:
    assert read_update(make_update(**content)) == (7, Deed(DeedKind.UNREADABLE, name=what))


def test_a_changed_message_and_a_group_are_told_apart() -> None:
    group = {"id": -5, "type": "group", "title": "Neighbours"}
    assert read_update(make_update("edited_message", text="new")) == (
        7,
        Deed(DeedKind.UNREADABLE, name=Unreadable.EDIT),
    )
    assert read_update(make_update(chat=group, text="hello")) == (-5, Deed(DeedKind.GROUP))
    assert read_update(make_update("edited_message", chat=group, text="new")) is None


def test_telegrams_own_notices_concern_nobody() -> None:
    assert read_update(make_update(new_chat_title="x")) is None
    assert read_update(make_update("channel_post", text="news")) is None
