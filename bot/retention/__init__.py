"""Decides what may be said and offered to whom; it must not do input or output: the standard library is all it has."""

from __future__ import annotations
