"""Drivers: what goes with an outcome, how it stands in an area, and what a change would go with."""
