"""What the documents show developers is run as it stands there, in every language that this machine has."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from bot.clock import utc_now
from bot.conversations.identity import CustomerTokens
from tests.gateway import TOKEN_SECRET, make_settings

ROOT = Path(__file__).parents[2]
COMMANDS = {"python": [sys.executable, "-c"], "javascript": ["node", "-e"], "php": ["php", "-r"]}
TOKEN = {"python": "print(token)", "javascript": "console.log(token)", "php": "echo $token;"}
GENUINE = {
    "python": "import json, os\nheaders = json.loads(os.environ['HEADERS'])\n"
    "print(json.dumps(is_genuine(os.environ['SECRET'], headers, os.environ['BODY'].encode())))",
    "javascript": "const { SECRET, HEADERS, BODY } = process.env;"
    "console.log(isGenuine(SECRET, JSON.parse(HEADERS), BODY))",
}


def run(language: str, document: str, ending: str, **environment: str) -> str:
    """Run the document's example in a language, and then `ending`; return what that prints."""
    command = COMMANDS[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    [code] = re.findall(rf"```{language}\n(.*?)```", (ROOT / document).read_text(), re.DOTALL)
    ran = subprocess.run(
        [*command, f"{code}\n{ending}"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


@pytest.mark.parametrize("language", ["python", "javascript", "php"])
def test_a_developer_who_copies_the_example_has_a_customer_recognised(language: str) -> None:
    token = run(language, "docs/customers.md", TOKEN[language], CUSTOMER_TOKEN_SECRET=TOKEN_SECRET)
    vouched = CustomerTokens(make_settings(), utc_now).read(token)
    assert (vouched.external_id, vouched.name, vouched.monthly_value) == ("C-1041", "Ada Lindholm", 3900)


@pytest.mark.parametrize("language", ["python", "javascript"])
@pytest.mark.parametrize(("changed", "minutes_ago", "genuine"), [("", 0, "true"), (" ", 0, "false"), ("", 6, "false")])
def test_a_developer_who_copies_the_check_tells_our_news_from_others(
    language: str, changed: str, minutes_ago: int, genuine: str
) -> None:
    secret, body = "whsec_" + base64.b64encode(b"k" * 32).decode(), '{"answer":"zu teüer"}'
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    headers = {
        "webhook-id": "6f0c",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("6f0c", at, body),
    }
    given = {"SECRET": secret, "HEADERS": json.dumps(headers), "BODY": body + changed}
    assert run(language, "docs/webhooks.md", GENUINE[language], **given) == genuine
