"""The sentence encoder that both environments share: a text becomes a vector of its meaning.

It knows nothing of reasons, intents or customers, and it never reaches for the network.
"""

from __future__ import annotations

from encoder.model_files import EncoderDamaged
from encoder.sentence_encoder import Encoder

__all__ = ["Encoder", "EncoderDamaged"]
