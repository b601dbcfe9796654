"""Trying Farewell out: invented customers with a past, and a clock that can be put forward. Nothing else uses it."""
