"""bin/bench: what pages cost, beside the least that any page of this server could cost.

Not a test. What is measured and why stands in docs/speed.md.
"""
