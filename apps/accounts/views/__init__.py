"""Pages about oneself: settings, the first run, devices, activity, leaving, the mailbox."""
