"""The gateway's own sentences: complete, warm, and filled in with the company's details alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.conversations import refusals
from bot.conversations.copy import GATEWAY_RESPONSES, CopyBroken, GatewayCopy, Sentence
from bot.conversations.refusals import Refusal
from tests.gateway import make_settings


def write(path: Path, **changes: object) -> Path:
    responses = yaml.safe_load(GATEWAY_RESPONSES.read_text(encoding="utf-8"))["responses"] | changes
    kept = {name: variants for name, variants in responses.items() if variants is not None}
    path.write_text(yaml.safe_dump({"responses": kept}), encoding="utf-8")
    return path


def test_every_sentence_can_be_said() -> None:
    copy = GatewayCopy(make_settings())
    for sentence in Sentence:
        assert "{" not in copy.say(sentence)


def test_every_refusal_has_a_sentence_for_the_person_refused() -> None:
    kinds = [kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Refusal)]
    assert len(kinds) > 6
    for kind in kinds:
        Sentence.for_error(kind.code)


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
