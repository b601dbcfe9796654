"""Makes the company's colour readable as the accent of the console, whatever colour it is."""

from __future__ import annotations

import colorsys
from itertools import count

READABLE = 4.5  # WCAG 2 level AA for text
LIGHT_GROUND = "#f3f5f4"
DARK_GROUND = "#242a2c"
_STEP = 0.01


def contrast(one: str, other: str) -> float:
    """Return the contrast of two `#rrggbb` colours as WCAG 2 defines it, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def darken_until_readable(colour: str) -> str:
    """Return the colour, darkened as little as makes it readable on a light ground (and white on it)."""
    return _shift(colour, -_STEP, LIGHT_GROUND)


def lighten_until_readable(colour: str) -> str:
    """Return the colour, lightened as little as makes it readable on a dark ground (and that ground on it)."""
    return _shift(colour, _STEP, DARK_GROUND)


def _shift(colour: str, step: float, ground: str) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    for steps in count():
        shifted = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness + steps * step)), saturation)
        candidate = "#" + "".join(f"{round(channel * 255):02x}" for channel in shifted)
        if contrast(candidate, ground) >= READABLE:
            return candidate
    raise AssertionError("black or white is reached before")


def _luminance(colour: str) -> float:
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue
