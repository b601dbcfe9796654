"""A year of winning back on a virtual clock: the real rules, and customers who are invented."""
