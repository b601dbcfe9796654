"""Measures what is understood, beside stock Rasa on the same examples, and writes docs/understanding.md."""

from __future__ import annotations
