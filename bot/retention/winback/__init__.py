"""Whom to write to after they have left, when, and why: pure rules, with the time handed to them."""
