"""Data: how far it goes and where it is late, what arrived, what was refused and why."""
