"""What the documents show developers is run as it stands there, in every language that this machine has."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.clock import utc_now
from bot.conversations.identity import CustomerTokens
from tests.gateway import TOKEN_SECRET, make_settings

ROOT = Path(__file__).parents[2]
LANGUAGES = {
    "python": ([sys.executable, "-c"], "{code}\nprint(token)"),
    "javascript": (["node", "-e"], "{code}\nconsole.log(token)"),
    "php": (["php", "-r"], "{code}\necho $token;"),
}


def run(language: str, document: str, **environment: str) -> str:
    """Run the document's example in a language and return what it prints."""
    command, frame = LANGUAGES[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    [code] = re.findall(rf"```{language}\n(.*?)```", (ROOT / document).read_text(), re.DOTALL)
    ran = subprocess.run(
        [*command, frame.format_map({"code": code})],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


@pytest.mark.parametrize("language", ["python", "javascript", "php"])
def test_a_developer_who_copies_the_example_has_a_customer_recognised(language: str) -> None:
    token = run(language, "docs/customers.md", CUSTOMER_TOKEN_SECRET=TOKEN_SECRET)
    vouched = CustomerTokens(make_settings(), utc_now).read(token)
    assert (vouched.external_id, vouched.name, vouched.monthly_value) == ("C-1041", "Ada Lindholm", 3900)
