"""Measures how fast Farewell is, beside Rasa as it comes. Nothing of the product imports it."""

from __future__ import annotations
