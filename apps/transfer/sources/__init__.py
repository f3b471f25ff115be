"""Foreign journals, one form a file: a package in, plain entries out; no models, no judgement."""
