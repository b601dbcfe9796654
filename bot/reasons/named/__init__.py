"""What customers name beside their reason: rivals, places and features, found with spaCy. It decides nothing."""

from __future__ import annotations
