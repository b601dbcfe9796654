"""`farewell customers value`: reckons what customers are worth, and says how that came out.

It must not name anybody.
"""

from __future__ import annotations

from rich.console import Console

from bot.clock import utc_now
from bot.conversations.policy_versions import find_ruling, get_policy_file
from bot.reasons.terminal import show_progress
from bot.settings import Settings
from bot.storage.ready import open_ready

results = Console(highlight=False)

# SciPy takes a second to import, so the command imports it when it runs, not when help is asked for.


def value_command() -> None:
    """Reckon what every customer is worth, from how long people stay and how often they buy. The application does so
    every day; do it after an import, or after a change of the policy."""
    from bot.value.reckoning import ValueService
    from bot.value.report import describe, tabulate

    settings = Settings.load()
    with open_ready(settings.database_url) as database, show_progress() as tell:
        policy = find_ruling(database, get_policy_file(settings)).policy
        reckoning = ValueService(database, policy, utc_now).reckon(tell)
    for table in tabulate(reckoning, policy):
        results.print(table)
    for line in describe(reckoning):
        results.print(line, markup=False, soft_wrap=True)
