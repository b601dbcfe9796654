"""Every sentence a customer can read, checked against what dialogue.md asks of the tone."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.retention.endings import FAILURES_OF_OURS, Ending
from bot.retention.interview import Question, Wording
from bot.retention.offer_answers import hear
from bot.retention.offers import OfferKind
from bot.retention.reading import Patience, Reading, read, refuses
from bot.retention.reasons import Reason
from bot.retention.utterances import Intent, Utterance
from bot.retention.winback.answers import (
    PAUSES,
    TouchQuestion,
    asks_for_more,
    read_answer,
    read_pause,
    reads_as_yes,
)
from bot.retention.winback.rules import ALLOWED_OFFERS

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 280
LISTS = {"utter_gateway_help": 400, "utter_gateway_privacy": 400}
"""What was asked for as a whole may be longer."""
COMPANY = {"company_name", "privacy_url", "support_contact", "cancel_url", "office_hours"}
OFFER = {"worth", "deadline", "percent", "months", "plan", "place", "code"}
TOLD = {"when", "told"}
PLACEHOLDERS = {
    "utter_ask_exit_interview_offer": OFFER,
    "utter_offer_": OFFER,
    "utter_check_in": TOLD,
    "utter_welcome_back_": OFFER | TOLD,
    "utter_announcement_": TOLD | {"improvement", "place"},
    "utter_welcomed_after_failure": TOLD,
}
"""What responses whose names begin alike can name."""
OWN = {
    "utter_touch_later": {"day"},
    "utter_exit_interview_will_write": {"email"},
    "utter_data_export": {"messages", "since"},
    "utter_data_export_reason": {"answer"},
    "utter_data_export_probe": {"answer"},
    "utter_data_export_kept": {"answer"},
    "utter_data_export_likelihood": {"answer"},
    "utter_data_export_understood": {"reasons"},
    "utter_data_export_may_write": {"addresses"},
    "utter_data_export_may_not_write": {"addresses"},
    "utter_data_erased": {"receipt"},
    "utter_answer_noted_likelihood": {"number"},
    "utter_answer_noted_email": {"email"},
    "utter_ask_exit_interview_probe_confirm": {"reason"},
    "utter_ask_exit_interview_probe_confirm_again": {"reason"},
    "utter_echo_competitor": {"named"},
    "utter_echo_missing": {"named"},
    "utter_echo_place": {"named"},
    "utter_echo_sum": {"named"},
    "utter_echo_thing": {"named"},
    "utter_data_erased_customer": {"receipt"},
    "utter_data_erased_customer_here": {"receipt"},
    "utter_data_erased_here": {"receipt"},
    "utter_gateway_mail_because": {"day"},
    "utter_handoff_requested_away": {"day", "time", "zone"},
    "utter_handoff_requested_here": {"time", "zone"},
    "utter_data_export_account": {"facts"},
    "utter_data_export_other_chats": {"chats"},
}


def read_copy() -> dict[str, list[dict[str, Any]]]:
    copy: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((ROOT / "data/responses").glob("*.yml")):
        copy.update(yaml.safe_load(path.read_text(encoding="utf-8"))["responses"])
    return copy


def name_question(button: dict[str, str]) -> str:
    return ([*re.findall(r':"(\w+)"', button["payload"]), ""])[0]


OFFER_BUTTONS = ['/answer{{"question":"offer","value":"yes"}}', '/answer{{"question":"offer","value":"no"}}']
COPY = read_copy()
TEXTS = [(name, variant["text"]) for name, variants in COPY.items() for variant in variants]
FIRST_WORDS = [
    name
    for name in COPY
    if re.fullmatch(
        r"utter_(?:check_in(?:_why)?|announcement_\w+|welcome_back_(?:offer_\w+|plain|gently|facts)|welcomed\w*)", name
    )
]
BUTTONS = [
    (name, button) for name, variants in COPY.items() for variant in variants for button in variant.get("buttons", [])
]


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_a_sentence_is_short_calm_and_not_shouted(name: str, text: str) -> None:
    assert len(text) <= LISTS.get(name, LONGEST)
    assert "!" not in text
    assert not re.search(r"\b[A-Z]{4,}\b", text.replace("{", ""))
    assert text == text.strip()
    assert "  " not in text


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_only_known_values_are_filled_in(name: str, text: str) -> None:
    own = next((values for prefix, values in PLACEHOLDERS.items() if name.startswith(prefix)), OWN.get(name, set()))
    assert set(re.findall(r"{(\w+)}", text)) <= COMPANY | own
    assert text.count("{") == len(re.findall(r"{\w+}", text))


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_nobody_is_begged_blamed_or_made_to_feel_guilty(name: str, text: str) -> None:
    unwanted = r"please (?:stay|don't go)|we(?:'ll| will) miss you|are you sure|unfortunately you|regret|disappointed"
    assert not re.search(unwanted, text, re.IGNORECASE)


def test_we_say_at_most_once_that_we_are_sorry_to_see_somebody_go() -> None:
    assert sum("see you go" in text.lower() for _, text in TEXTS) <= 1


def test_no_two_responses_say_the_same_words() -> None:
    said = [text for _, text in TEXTS]
    assert len(set(said)) == len(said)


def test_the_first_words_say_that_this_is_a_machine_and_where_the_privacy_notice_is() -> None:
    (first,) = COPY["utter_exit_interview_disclosure"]
    assert "automated assistant" in first["text"].split(".")[0]
    assert {"company_name", "privacy_url"} <= set(re.findall(r"{(\w+)}", first["text"]))


@pytest.mark.parametrize("question", [q for q in Question if q not in (Question.PROBE, Question.OFFER)])
@pytest.mark.parametrize("wording", Wording)
def test_every_question_has_all_its_wordings(question: Question, wording: Wording) -> None:
    assert f"utter_ask_exit_interview_{question.value}{wording.value}" in COPY


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_own_probe_in_two_wordings(reason: Reason) -> None:
    assert f"utter_ask_exit_interview_probe_{reason.value}" in COPY
    assert f"utter_ask_exit_interview_probe_{reason.value}_again" in COPY
    assert "utter_ask_exit_interview_probe_once_more" in COPY


@pytest.mark.parametrize("kind", OfferKind)
def test_every_kind_of_offer_has_its_own_words_and_says_until_when_it_stands(kind: OfferKind) -> None:
    for name in (f"utter_ask_exit_interview_offer_{kind.value}", f"utter_ask_exit_interview_offer_{kind.value}_again"):
        assert all("{deadline}" in variant["text"] for variant in COPY[name])
        assert all([b["payload"] for b in variant["buttons"]] == OFFER_BUTTONS for variant in COPY[name])
    assert "utter_ask_exit_interview_offer_once_more" in COPY


def test_we_apologise_for_each_failure_of_ours_and_for_nothing_else() -> None:
    apologies = {name.rpartition("apology_")[2] for name in COPY if "_apology_" in name}
    assert apologies == {reason.value for reason in FAILURES_OF_OURS}
    for name, variants in COPY.items():
        if "_apology_" in name:
            assert all("sorry" in variant["text"].lower() for variant in variants)
            assert all(" but " not in variant["text"] for variant in variants)


def test_every_ending_has_its_words() -> None:
    endings = {name.removeprefix("utter_exit_interview_ending_") for name in COPY if "interview_ending_" in name}
    assert endings == {ending.value for ending in Ending}


def test_every_reason_can_be_tapped() -> None:
    meant = set(re.findall(r'"value":"(\w+)"', " ".join(button["payload"] for _, button in BUTTONS)))
    assert {reason.value for reason in Reason} <= meant


def test_the_common_reasons_are_shuffled_and_something_else_stays_last() -> None:
    for name in ("utter_ask_exit_interview_reason", "utter_ask_exit_interview_reason_again"):
        (asked,) = COPY[name]
        assert asked["metadata"] == {"shuffle": True, "pinned": 1}
        assert asked["buttons"][-1]["title"] == "Something else"


def test_a_likelihood_can_be_tapped_from_nought_to_ten() -> None:
    titles = [button["title"] for button in COPY["utter_ask_exit_interview_likelihood"][0]["buttons"]]
    assert titles[:11] == [str(number) for number in range(11)]


def test_consent_is_off_until_yes_is_chosen() -> None:
    for wording in Wording:
        for where, channel in (("", "e-mail"), ("_here", "Telegram")):
            (asked,) = COPY[f"utter_ask_exit_interview_consent{where}{wording.value}"]
            assert channel in asked["text"]
            assert [button["title"] for button in asked["buttons"]] == ["Yes, you may", "No, thank you"]


@pytest.mark.parametrize("name", [name for name in COPY if re.search(r"_here(?:_again|_once_more)?$", name)])
def test_what_is_said_in_a_chat_has_a_counterpart_on_the_page(name: str) -> None:
    assert re.sub(r"_here(?=_again$|_once_more$|$)", "", name) in COPY or name.startswith("utter_gateway_")


def test_only_consent_and_the_menu_know_which_channel_it_is() -> None:
    """Everything else is said in the same words on the page and in a chat, so it may name neither."""
    own = r"_(?:here|in_chat)(?:_again|_once_more)?$|^utter_gateway_"
    said = [(name, text) for name, text in TEXTS if not re.search(own, name) and "_error_" not in name]
    named = r"Telegram|this page|web ?site|browser|\b(?:above|below)\b|close this"
    assert [(name, text) for name, text in said if re.search(named, text)] == []


@pytest.mark.parametrize("command", ["stop", "human", "export", "forget", "privacy"])
def test_every_command_is_explained_by_help_and_in_the_menu(command: str) -> None:
    assert f"/{command} " in COPY["utter_gateway_help"][0]["text"]
    (described,) = COPY[f"utter_gateway_command_{command}"]
    assert len(described["text"]) <= 30


def test_nothing_that_the_gateway_says_looks_like_markup() -> None:
    said = [text for name, text in TEXTS if name.startswith("utter_gateway_")]
    assert [text for text in said if re.search(r"[*_`<>]|\]\(", re.sub(r"{\w+}", "", text))] == []


ANSWERS = [pair for pair in BUTTONS if "/answer" in pair[1]["payload"]]
TO_TOUCHES = [pair for pair in ANSWERS if name_question(pair[1]) in set(TouchQuestion)]


@pytest.mark.parametrize(("name", "button"), [pair for pair in ANSWERS if pair not in TO_TOUCHES])
def test_every_answer_on_offer_settles_its_question(name: str, button: dict[str, str]) -> None:
    filled_in = button["payload"].replace("{first}", "price").replace("{second}", "competitor")
    question, value = re.findall(r':"(\w+)"', filled_in)
    said = Utterance(button["title"], Intent.ANSWER, 1.0, {"question": question, "value": value})
    assert isinstance(read(Question(question), said, Patience()), Reading)


@pytest.mark.parametrize(("name", "button"), BUTTONS)
def test_what_is_on_a_button_means_the_same_when_it_is_typed(name: str, button: dict[str, str]) -> None:
    """People type what they see; a skip or a number must then do what the button does."""
    question, value = ([*re.findall(r':"(\w+)"', button["payload"]), "", ""])[:2]
    if (question in set(Question) and value in ("skip", "yes", "no")) or value.isdecimal():
        tapped = read(
            Question(question), Utterance("", Intent.ANSWER, 1.0, {"question": question, "value": value}), Patience()
        )
        typed = read(Question(question), Utterance(button["title"], Intent.INFORM, 0.9), Patience())
        assert typed == tapped


@pytest.mark.parametrize(("name", "button"), TO_TOUCHES)
def test_what_is_on_a_button_below_a_touch_means_the_same_when_it_is_typed(name: str, button: dict[str, str]) -> None:
    question, value = re.findall(r':"(\w+)"', button["payload"])
    said = Utterance(button["title"], Intent.INFORM, 0.4)
    match TouchQuestion(question):
        case TouchQuestion.CHECK_IN:
            assert read_answer(said) == value
        case TouchQuestion.WHEN:
            assert read_pause(said.text, date(2026, 11, 23)) == {"never": False, **PAUSES}[value] or value == "quarter"
        case TouchQuestion.WELCOME_BACK:
            assert asks_for_more(said.text) if value == "more" else hear(said.text) is (value == "yes")
        case TouchQuestion.PERSON | TouchQuestion.RETURN:
            assert reads_as_yes(said) is (value == "yes")
        case _:
            assert value == "skip"
            assert refuses(said.text)


@pytest.mark.parametrize("name", FIRST_WORDS)
def test_whenever_we_write_first_we_say_who_it_is_and_how_to_end_it(name: str) -> None:
    for variant in COPY[name]:
        first = re.split(r"(?<=[.?:]) ", variant["text"])[0]
        assert "automated assistant" in first
        assert "{company_name}" in first
        assert "stop" in variant["text"].lower().split(". ")[-1].split("? ")[-1]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_can_be_said_back(reason: Reason) -> None:
    (told,) = COPY[f"utter_told_{reason.value}"]
    assert re.match(r"that (?:you|the|a|it|some|there)", told["text"])


@pytest.mark.parametrize("reason", Reason)
def test_whatever_may_be_offered_to_somebody_who_has_left_has_its_words(reason: Reason) -> None:
    for kind in ALLOWED_OFFERS[reason]:
        for name in ("offer_", "offer_reminder_", "how_", "accepted_"):
            (variant,) = COPY[f"utter_welcome_back_{name}{kind.value}"]
            assert ("{deadline}" in variant["text"]) is (name != "accepted_")
            assert ("{code}" in variant["text"]) is (name == "accepted_")


def test_a_button_fits_on_a_narrow_screen() -> None:
    assert [button["title"] for _, button in BUTTONS if len(button["title"]) > 30] == []


def test_the_time_of_day_a_person_answers_is_told() -> None:
    assert "{office_hours}" in COPY["utter_handoff_requested"][0]["text"]


def test_the_receipt_is_in_the_answer_to_a_deletion() -> None:
    for who in ("", "_customer"):
        for where in ("", "_here"):
            assert "{receipt}" in COPY[f"utter_data_erased{who}{where}"][0]["text"]
