"""Setting up and starting the whole product on one machine: `.env`, checks before the start, supervision."""

from __future__ import annotations
