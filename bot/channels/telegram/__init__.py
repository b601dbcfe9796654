"""Telegram: carries messages in and out, and decides nothing."""
