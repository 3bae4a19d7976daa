"""Reports: those that were made, one made now, and who gets which."""
