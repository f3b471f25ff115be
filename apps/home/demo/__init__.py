"""A made-up working life, for looking at, testing and measuring: Mira's journal.

`life.make` runs the parts one after another; a feature that adds a noun adds a module with a part
of its own (docs of `life.PARTS`). What the parts say is written in words/*.toml. The same seed,
person and day always give the same rows, ids included.
"""
