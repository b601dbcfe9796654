"""Tells from a customer's words why they leave; it must not decide what follows from a reason."""

from __future__ import annotations
