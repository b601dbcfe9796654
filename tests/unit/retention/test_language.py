"""Another language is recognised, English never taken for one, and a stop is heard in the large ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retention.foreign_stop import asks_to_stop_in_another_language
from bot.retention.language import find_language
from bot.retention.opt_out import asks_to_stop

ROOT = Path(__file__).resolve().parents[3]
SENTENCES = yaml.safe_load((Path(__file__).parent / "foreign_sentences.yml").read_text(encoding="utf-8"))
FOREIGN = [(language, text) for language, texts in SENTENCES["foreign"].items() for text in texts]


def test_most_sentences_of_other_languages_are_recognised() -> None:
    rightly = [find_language(text) == language for language, text in FOREIGN]
    assert len(FOREIGN) >= 90
    assert sum(rightly) >= 0.95 * len(FOREIGN)


@pytest.mark.parametrize("text", SENTENCES["english"])
def test_english_with_slang_names_and_borrowed_words_is_english(text: str) -> None:
    assert find_language(text) is None


def test_no_reason_that_a_customer_gave_in_english_is_taken_for_another_language() -> None:
    files = [ROOT / f"data/reasons/{name}.jsonl" for name in ("train", "dev")]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert [text for text in (json.loads(line)["text"] for line in lines) if find_language(text)] == []


def test_no_example_of_the_dialogue_is_taken_for_another_language_but_those_that_are_one() -> None:
    blocks = [b for path in (ROOT / "data/nlu").glob("*.yml") for b in yaml.safe_load(path.read_text("utf-8"))["nlu"]]
    foreign = [line for b in blocks for line in b["examples"].splitlines() if find_language(line.removeprefix("- "))]
    assert len(foreign) <= 3


@pytest.mark.parametrize("text", ["nie wieder", "Porto", "caro", "", "???", "8", "trop"])
def test_a_word_or_two_are_no_language(text: str) -> None:
    assert find_language(text) is None


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_asked_for_its_language(text: str) -> None:
    assert find_language(text) in {None} | set(SENTENCES["foreign"]) | {
        "uk", "bn", "ta", "hy", "ka", "gu", "pa", "te", "ur", "am", "th"
    }  # fmt: skip


STOPS = """
stopp|bitte aufhören|Keine Nachrichten mehr|Schreiben Sie mir nicht mehr|Lasst mich in Ruhe!
arrêtez de m'écrire|Arrêtez|arretez de m'envoyer des mails|ne m’écrivez plus|ne me contactez plus jamais|désabonnez-moi
laissez-moi tranquille|no me escriban más|No me escriban mas por favor|¡basta ya!|basta|dejen de escribirme
no quiero más correos|non scrivetemi più|smettetela di scrivermi|lasciatemi in pace|parem de me escrever
não me escrevam mais|me deixem em paz|stop met mailen|geen berichten meer|laat me met rust|mail mij niet meer
nie piszcie do mnie więcej|przestańcie do mnie pisać|yeter artık|bana yazmayın|sluta skriva till mig
ikke skriv til meg|не пишите мне больше|хватит|停止|やめてください|그만하세요|توقف
""".strip().replace("\n", "|")


@pytest.mark.parametrize("text", STOPS.split("|"))
def test_a_stop_in_another_language_is_a_stop(text: str) -> None:
    assert asks_to_stop(text)


@pytest.mark.parametrize(("language", "text"), FOREIGN)
def test_an_answer_in_another_language_is_no_stop(language: str, text: str) -> None:
    assert not asks_to_stop(text)


@pytest.mark.parametrize("text", ["Baja", "moving to Palo Alto", "the stop is too far from my house", "para", "alto"])
def test_english_answers_are_no_foreign_stop(text: str) -> None:
    assert not asks_to_stop_in_another_language(text)
