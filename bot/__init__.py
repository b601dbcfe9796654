"""Farewell: exit interviews that win customers back."""

from __future__ import annotations
