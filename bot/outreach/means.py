"""Which of the channels that the policy names this installation can write on. It decides nothing else."""

from __future__ import annotations

from dataclasses import replace

from bot.retention.channels import Channel
from bot.retention.policy import Policy
from bot.settings import Settings


def limit_channels(policy: Policy, settings: Settings) -> Policy:
    """Return the policy with those of its channels that are set up here, so that nobody's touch waits for one that is
    not. By phone staff reach people themselves."""
    set_up = {
        Channel.PHONE: True,
        Channel.TELEGRAM: settings.telegram_bot_token is not None,
        Channel.EMAIL: settings.writes_by_email,
    }
    channels = tuple(channel for channel in policy.winback.channels if set_up.get(channel, False))
    return replace(policy, winback=replace(policy.winback, channels=channels))
