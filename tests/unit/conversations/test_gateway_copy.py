"""The gateway's own sentences: complete, warm, and filled in with the company's details alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.conversations import refusals
from bot.conversations.copy import GATEWAY_RESPONSES, CopyBroken, GatewayCopy, Sentence
from bot.conversations.refusals import Refusal
from bot.retention.winback.touches import TouchKind
from tests.gateway import make_settings


def write(path: Path, **changes: object) -> Path:
    responses = yaml.safe_load(GATEWAY_RESPONSES.read_text(encoding="utf-8"))["responses"] | changes
    kept = {name: variants for name, variants in responses.items() if variants is not None}
    path.write_text(yaml.safe_dump({"responses": kept}), encoding="utf-8")
    return path


def test_every_sentence_can_be_said() -> None:
    copy = GatewayCopy(make_settings())
    for sentence in Sentence:
        own = {"day": "Sunday 3 May"} if sentence is Sentence.MAIL_BECAUSE else {}
        assert "{" not in copy.say(sentence, **own)


def test_every_kind_of_touch_has_a_subject_of_its_own() -> None:
    assert len({Sentence.for_subject(kind) for kind in TouchKind}) == len(TouchKind)


def test_every_refusal_has_a_sentence_for_the_person_refused() -> None:
    kinds = [kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Refusal)]
    assert len(kinds) > 6
    for kind in kinds:
        Sentence.for_error(kind.code)


@pytest.mark.parametrize(
    "sentence",
    [
        Sentence.CANNOT_SEE,
        Sentence.CANNOT_HEAR,
        Sentence.STICKER,
        Sentence.EDITED,
        Sentence.CAPTION,
        Sentence.LINK_EXPIRED,
        Sentence.STAFF_HERE,
    ],
)
def test_what_may_come_up_again_is_said_in_other_words_the_second_time(sentence: Sentence) -> None:
    copy = GatewayCopy(make_settings())
    assert copy.say(sentence) != copy.say(sentence, said_before=1)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("/privacy", "https://farewell.shop.example/privacy"),
        ("https://shop.example/privacy", "https://shop.example/privacy"),
    ],
)
def test_the_privacy_notice_can_be_opened_from_where_there_is_no_page(given: str, shown: str) -> None:
    copy = GatewayCopy(make_settings(public_url="https://farewell.shop.example", privacy_url=given))
    assert f" {shown}" in copy.say(Sentence.PRIVACY)


def test_help_says_who_is_asking_and_whom_to_turn_to() -> None:
    said = GatewayCopy(make_settings()).say(Sentence.HELP)
    assert "automated assistant of Bramble & Oak" in said
    assert "help@bramble-and-oak.example" in said


@pytest.mark.parametrize("sentence", [sentence for sentence in Sentence if sentence.name.startswith("COMMAND_")])
def test_an_entry_of_the_menu_is_one_short_line(sentence: Sentence) -> None:
    said = GatewayCopy(make_settings()).say(sentence)
    assert len(said) <= 40
    assert "\n" not in said


@pytest.mark.parametrize("sentence", [sentence for sentence in Sentence if sentence.name.startswith("SENT_")])
def test_what_was_sent_stands_in_brackets_so_that_it_cannot_be_taken_for_words(sentence: Sentence) -> None:
    assert GatewayCopy(make_settings()).say(sentence).startswith("[")


def test_a_customer_who_is_kept_waiting_twice_does_not_read_the_same_words_twice() -> None:
    copy = GatewayCopy(make_settings())
    assert copy.say(Sentence.DELAYED) != copy.say(Sentence.DELAYED, said_before=1)


def test_a_company_name_with_braces_is_shown_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path / "gateway.yml", utter_gateway_failed=[{"text": "{company_name} is sorry."}])
    assert GatewayCopy(make_settings(company_name="{B}"), path).say(Sentence.FAILED) == "{B} is sorry."


@pytest.mark.parametrize(
    "changes",
    [
        {"utter_gateway_delayed": None},
        {"utter_gateway_delayed": []},
        {"utter_gateway_delayed": [{"text": "{secret_key}"}]},
        {"utter_gateway_delayed": [{"text": "{company_name!r}"}]},
        {"utter_gateway_delayed": [{"text": "{company_name.__class__}"}]},
        {"utter_gateway_delayed": [{"text": "{cancel_url}"}]},
        {"utter_gateway_delayed": [{"text": "{0}"}]},
        {"utter_gateway_delayed": [{"text": "{"}]},
        {"utter_gateway_unheard_of": [{"text": "Hello"}]},
        {"utter_gateway_delayed": "Hello"},
    ],
)
def test_broken_copy_stops_the_start_and_not_a_conversation(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(CopyBroken):
        GatewayCopy(make_settings(), write(tmp_path / "gateway.yml", **changes))


def test_missing_copy_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(CopyBroken):
        GatewayCopy(make_settings(), tmp_path / "nothing.yml")
