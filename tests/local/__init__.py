"""The local runtime: config/local and bin/."""
