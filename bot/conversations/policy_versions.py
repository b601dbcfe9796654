"""Keeps every policy that was in force, word for word, and says which one rules: the newest.

It must not judge what a policy says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.conversations.policy import POLICY_FILE, PolicyError, parse_policy, read_policy
from bot.errors import NotFound
from bot.retention.policy import Policy
from bot.settings import Settings
from bot.storage.tables import PolicyVersion
from bot.storage.unit_of_work import Database, UnitOfWork

APPLICATION, OPERATOR = "application", "cli"


class NoSuchVersion(NotFound):
    """No policy of this version was ever in force: `farewell policy list` shows those that were."""


class NotNewer(PolicyError):
    """The policy is not newer than the one in force."""


@dataclass(frozen=True)
class Ruling:
    """The policy in force. `remark` says why it is not the one in the file, where that is so."""

    policy: Policy
    text: str
    remark: str | None = None


def get_policy_file(settings: Settings) -> Path:
    """Return where the policy lies that is taken in at a start."""
    return settings.policy_path or POLICY_FILE


def take_in(database: Database, file: Path, now: datetime) -> Ruling:
    """Keep the policy in a file if its version is the highest so far, and return the one that rules from now on.

    Raises:
        PolicyError: when the file cannot be used, or the policy in force does not fit this version of Farewell.
    """
    with database.write() as work:
        mine, kept = _keep_if_newer(work, file, now)
        work.commit()
    ruling = _parse(kept)
    if mine == ruling:  # Comments may differ: they rule nothing.
        return Ruling(ruling, kept.text)
    return Ruling(ruling, kept.text, _explain_why_not(file, mine, kept))


def find_ruling(database: Database, file: Path) -> Ruling:
    """Return the policy in force without taking anything in; before the first start that is the one in the file.

    Raises:
        PolicyError: when it cannot be used.
    """
    with database.read() as work:
        kept = work.policies.find_newest()
    text = read_policy(file) if kept is None else kept.text
    return Ruling(parse_policy(text, file.name) if kept is None else _parse(kept), text)


def find_text(database: Database, version: int) -> str:
    """Return the policy of this version, word for word.

    Raises:
        NoSuchVersion: when there was none.
    """
    with database.read() as work:
        kept = work.policies.find(version)
    if kept is None:
        raise NoSuchVersion(f"No policy of version {version} was ever in force: see `farewell policy list`.")
    return kept.text


def import_policy(database: Database, source: Path, file: Path, now: datetime) -> tuple[Policy | None, Policy]:
    """Make the policy in `source` the one that rules, and return the one before it and the new one. None for the one
    before when it cannot be read by this version of Farewell; the same twice when nothing had to be done. `file` is
    where the first policy lies, which is kept beforehand.

    Raises:
        PolicyError: with every mistake in it.
        NotNewer: when its version is not higher than all before.
    """
    text = read_policy(source)
    policy = parse_policy(text, source.name)
    with database.write() as work:
        _, newest = _keep_if_newer(work, file, now)
        same = work.policies.find(policy.version)
        if same is not None and same.text == text and same.version == newest.version:
            work.commit()
            return policy, policy
        if policy.version <= newest.version:
            raise NotNewer(_explain_not_newer(source, policy.version, newest.version, same))
        kept = work.policies.add(policy.version, text, f"{source.name}, imported", now)
        if kept.text != text:  # Somebody else's import of the same version was a moment sooner.
            raise NotNewer(_explain_not_newer(source, policy.version, policy.version, kept))
        work.lapsed.look_at_planned(now)
        work.audit.record(OPERATOR, "policy.imported", now, subject=str(policy.version), before=newest.version)
        work.commit()
    try:
        return _parse(newest), policy
    except PolicyError:
        return None, policy


def _keep_if_newer(work: UnitOfWork, file: Path, now: datetime) -> tuple[Policy, PolicyVersion]:
    """Return the policy in a file, and the version that rules now."""
    text = read_policy(file)
    policy = parse_policy(text, file.name)
    newest = work.policies.find_newest()
    if newest is None or policy.version > newest.version:
        before = newest.version if newest else None
        newest = work.policies.add(policy.version, text, file.name, now)
        work.lapsed.look_at_planned(now)
        work.audit.record(APPLICATION, "policy.taken_in", now, subject=str(policy.version), before=before)
    return policy, newest


def _parse(kept: PolicyVersion) -> Policy:
    name = f"policy version {kept.version}"
    try:
        return parse_policy(kept.text, name)
    except PolicyError as error:
        raise PolicyError(
            f"{error}\nThis policy is in force and does not fit this version of Farewell. Write it into a file with "
            f"`farewell policy export --version {kept.version} FILE`, mend it, raise its version, and take it in with "
            f"`farewell policy import FILE`."
        ) from None


def _explain_why_not(file: Path, mine: Policy, kept: PolicyVersion) -> str:
    since = f"taken from {kept.taken_from} on {kept.taken_at:%Y-%m-%d}"
    if mine.version == kept.version:
        return (
            f"{file.name} was changed, but not its version, so it does not rule: version {kept.version} does, as it "
            f"was {since}. Raise `version` in {file.name} to {kept.version + 1} and restart; until then "
            f"`farewell policy export` shows what rules."
        )
    return (
        f"{file.name} is version {mine.version}, so it does not rule: version {kept.version} does, {since}. "
        f"`farewell policy export` shows it."
    )


def _explain_not_newer(source: Path, version: int, newest: int, same: PolicyVersion | None) -> str:
    advice = f"raise `version` to {newest + 1} or more to have this one rule."
    if same is None or version != newest:
        return f"{source.name} is version {version}, and version {newest} is in force already: {advice}"
    return f"{source.name} is version {version}, which is in force already with another text: {advice}"
