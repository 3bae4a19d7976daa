"""Alerts: what stands open and why it fired, silences, rules, who was told what, and how one wants to be told."""
