"""Channels carry messages in and out; they decide nothing."""

from __future__ import annotations
