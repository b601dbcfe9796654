"""Winning back at work: who is due, what is planned for whom, and why."""
