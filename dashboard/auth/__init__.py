"""Who asks and what may be seen: everything is closed unless listed."""
