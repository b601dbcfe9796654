"""The console's pages and forms, a module a screen."""

from __future__ import annotations
