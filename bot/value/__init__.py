"""What customers are worth: reckoned from how long people stay and how often they buy, and kept for the rules.

It must not decide what anybody gets for it.
"""
