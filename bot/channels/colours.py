"""What goes with the company's colour. It draws nothing."""

from __future__ import annotations


def readable_on(colour: str) -> str:
    """Black or white, whichever has more contrast on a `#rrggbb` colour (WCAG 2 relative luminance)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    # Black and white are equally readable where (l + 0.05)² = 1.05 · 0.05, at a luminance of 0.179.
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#ffffff"
