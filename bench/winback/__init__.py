"""A simulated year of winning back in pictures."""
