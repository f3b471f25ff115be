"""The local runtime behind bin/: its own environment, PostgreSQL, web server and worker.

Nothing here imports Django, so that it can run before there is anything to import.
"""
