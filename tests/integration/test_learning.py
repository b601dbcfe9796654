"""Staff correct what the classifier got wrong; it is trained anew, replaced only by a better one, and put back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.conversations.data_requests import DataRequests
from bot.conversations.interviews import InterviewService
from bot.reasons.artefact import read_meta
from bot.reasons.classifier import ReasonClassifier
from bot.reasons.training_command import WORSE, NoCorrections
from bot.reasons.verbatims import Verbatim
from bot.reasons.versions import list_versions
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import ReasonSource, StatedReason
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.console import Console, Record
from tests.interviews import add_conversation, say
from tests.small_training import choose_calibration, choose_verbatims, write_verbatims

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("command_settings")]

# Breeze is the courier of this company, which no classifier can know.
SAID = (
    "Breeze again",
    "three times Breeze, three times nobody",
    "because of Breeze, what else",
    "you send everything by Breeze now",
    "Breeze left it in the rain",
    "anything but Breeze",
    "get rid of Breeze and I am back",
    "it was Breeze that did it for me",
    "Breeze threw it over the fence",
    "another week of waiting in for Breeze",
    "ever since you changed to Breeze",
    "Breeze. That is all",
)
STILL_UNSAID = ("Breeze!", "sorry, it is Breeze", "Breeze has lost me for you", "not with Breeze any more")


@pytest.fixture(scope="module")
def training_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_verbatims(tmp_path_factory.mktemp("data") / "train.jsonl", choose_verbatims())


@pytest.fixture(scope="module")
def development_data(training_data: Path) -> Path:
    """A few verbatims that the classifier knows, and what customers will say of Breeze."""
    known = choose_verbatims()[::6]
    new = [Verbatim(text, text, (Reason.DELIVERY_FULFILMENT,)) for text in STILL_UNSAID]
    return write_verbatims(training_data.with_name("dev.jsonl"), [*known, *new])


@pytest.fixture(scope="module")
def first_classifier(training_data: Path, development_data: Path) -> Path:
    place = training_data.with_name("reasons")
    result = train(training_data, place, development_data)
    assert result.exit_code == 0, result.output
    return place.resolve()


def train(data: Path, place: Path, development: Path, *more: str) -> Result:
    calibration = write_verbatims(data.with_name("calibration.jsonl"), choose_calibration())
    places = ["--data", str(data), "--output", str(place), "--development", str(development)]
    places += ["--calibration", str(calibration)]
    return CliRunner().invoke(app, ["reasons", "train", *places, *more])


class Company:
    """A company with a classifier in place, customers who leave, and staff before the console."""

    def __init__(self, place: Path, data: Path, development: Path, console: Console) -> None:
        self.place, self.data, self.development, self.console = place, data, development, console
        self.clock = console.clock

    @property
    def version(self) -> str:
        return read_meta(self.place).version

    def leave(self, *said: str) -> list[str]:
        """Let customers say why they leave; the classifier in place reads it. Return their conversations."""
        interviews = InterviewService(self.console.database, ReasonClassifier.load(self.place), self.clock)
        with self.console.database.read() as uow:
            first = len(list(uow.session.scalars(sa.select(StatedReason.interview_id).distinct())))
        talks = [f"c{number}" for number in range(first, first + len(said))]
        for talk, words in zip(talks, said, strict=True):
            add_conversation(self.console.database, self.clock(), talk)
            interviews.begin(talk)
            message = say(self.console.database, self.clock(), words, conversation_id=talk)
            interviews.record_answer(talk, Question.REASON, Reading(), words, message)
        return talks

    def correct(self, talks: list[str], reason: Reason) -> None:
        for talk in talks:
            assert self.console.press(talk, "reason", reason=reason.value).status_code == 303

    def train(self, *more: str) -> Result:
        return train(self.data, self.place, self.development, *more)

    def read(self, *texts: str) -> set[Reason]:
        """Return what the classifier in place takes for the leading reasons."""
        classifier = ReasonClassifier.load(self.place)
        return {classifier.classify(text).reasons[0] for text in texts}


@pytest.fixture
def company(
    first_classifier: Path, training_data: Path, development_data: Path, console: Console, tmp_path: Path
) -> Company:
    place = tmp_path / "models" / "reasons"
    place.parent.mkdir()
    shutil.copytree(first_classifier, place)
    return Company(place, training_data, development_data, console)


def test_every_reason_is_kept_with_the_version_that_read_it_and_staff_see_it(company: Company) -> None:
    (talk,) = company.leave("far too expensive")
    with company.console.database.read() as uow:
        inferred = list(uow.session.scalars(sa.select(StatedReason).filter_by(source=ReasonSource.INFERRED)))
    assert inferred
    assert {reason.classifier_version for reason in inferred} == {company.version}
    assert f'classifier that read it">{company.version}</span>' in company.console.get(f"conversations/{talk}").text


def test_the_classifier_learns_what_staff_know_and_can_be_put_back(company: Company) -> None:
    before = company.version
    company.correct(company.leave(*SAID), Reason.DELIVERY_FULFILMENT)
    done = company.train("--with-corrections")
    assert done.exit_code == 0, done.output
    assert "Difference in micro-F1: +" in done.stdout
    assert f"and {len(SAID)} corrections" in done.stdout
    learnt = read_meta(company.place)
    assert learnt.version != before
    assert learnt.data["corrections"]["count"] == len(SAID)
    assert len(learnt.data["corrections"]["sha256"]) == 64
    assert "Breeze" not in (company.place / "meta.json").read_text()
    assert company.read(*STILL_UNSAID) == {Reason.DELIVERY_FULFILMENT}

    (talk,) = company.leave("Breeze, once more")
    assert f">{learnt.version}</span>" in company.console.get(f"conversations/{talk}").text

    listed = CliRunner().invoke(app, ["reasons", "versions", "--model", str(company.place), "--json"])
    newest, oldest = json.loads(listed.stdout)
    assert (newest["version"], newest["corrections"], newest["in_place"]) == (learnt.version, len(SAID), True)
    assert (oldest["version"], oldest["corrections"], oldest["in_place"]) == (before, 0, False)
    assert newest["development"]["micro_f1"] > oldest["development"]["micro_f1"]

    back = CliRunner().invoke(app, ["reasons", "rollback", "--model", str(company.place)])
    assert f"Version {before}" in back.stdout
    assert company.version == before


def test_a_worse_classifier_is_refused_unless_it_is_forced(company: Company) -> None:
    before, weights = company.version, (company.place / "weights.npz").read_bytes()
    dear = [verbatim.text for verbatim in choose_verbatims() if Reason.PRICE in verbatim.labels]
    company.correct(company.leave(*dear), Reason.RELOCATION)
    refused = company.train("--with-corrections")
    assert refused.exit_code == WORSE == 4
    assert "The new classifier is worse: micro-F1" in refused.stderr
    assert "stays as it is" in refused.stderr
    assert "--force" in refused.stderr
    assert (company.version, (company.place / "weights.npz").read_bytes()) == (before, weights)
    assert len(list_versions(company.place)) == 1

    forced = company.train("--with-corrections", "--force")
    assert forced.exit_code == 0, forced.output
    assert "Difference in micro-F1: -" in forced.stdout
    assert company.version != before
    assert [version.meta.version for version in list_versions(company.place)] == [company.version, before]


def test_before_anybody_has_corrected_anything_nothing_is_trained(company: Company) -> None:
    before = company.version
    company.leave("far too expensive")
    result = company.train("--with-corrections")
    assert isinstance(result.exception, NoCorrections)
    assert "no correction to learn from yet" in str(result.exception)
    assert company.version == before


def test_what_was_learnt_from_staff_stays_when_the_training_data_changes_and_what_was_erased_does_not(
    company: Company, sqlite_database: Database, clock: FixedClock
) -> None:
    talks = company.leave(*SAID[:2])
    company.correct(talks, Reason.DELIVERY_FULFILMENT)
    assert company.train("--with-corrections", "--force").exit_code == 0
    DataRequests(sqlite_database, clock).erase(talks[0])
    again = company.train()
    assert again.exit_code == 0, again.output
    assert read_meta(company.place).corrections == 1
    assert Record(sqlite_database, clock).audited("reason.corrected") == [("Mara", talk) for talk in talks]


def test_a_classifier_that_never_learnt_from_staff_is_trained_without_a_database(
    training_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    result = train(training_data, tmp_path / "reasons", tmp_path / "no-development-set.jsonl")
    assert result.exit_code == 0, result.output
    assert read_meta(tmp_path / "reasons").corrections == 0
    assert not (tmp_path / "none.db").exists()


def test_when_the_database_cannot_be_read_training_goes_on_and_says_what_is_left_out(
    company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    company.correct(company.leave(*SAID[:1]), Reason.DELIVERY_FULFILMENT)
    assert company.train("--with-corrections", "--force").exit_code == 0
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    result = company.train()
    assert result.exit_code == 0, result.output
    assert "corrections are left out this time" in result.stderr
    assert "farewell migrate" in result.stderr
    assert read_meta(company.place).corrections == 0
