"""Stories held on the web, with the real Rasa and the real application."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.scenarios.stories import ALL, ON_TELEGRAM, ON_THE_WEB, hold, read_story
from tests.scenarios.web_customer import WebCustomer
from tests.stack import Stack

pytestmark = pytest.mark.scenario


@pytest.mark.parametrize("path", ON_THE_WEB, ids=[f"{path.parent.name}/{path.stem}" for path in ON_THE_WEB])
def test_scenario(path: Path, stack: Stack) -> None:
    """`vouched` is what the company's own site says of the customer, who is unknown without it; every scenario gets a
    customer of its own, whatever the name there."""
    scenario, claims = read_story(path)
    with closing(WebCustomer(stack, claims)) as customer:
        hold(scenario, stack, customer)


def test_every_kind_of_trouble_is_told() -> None:
    told = {path.parent.name for path in ALL}
    assert told == {
        "data_requests",
        "digressions",
        "endings",
        "handoff",
        "happy_path",
        "invalid_input",
        "offers",
        "opt_out",
        "sensitive",
        "silence",
        "understanding",
    }
    assert len(ON_THE_WEB) >= 20
    assert len(ON_TELEGRAM) >= 20
