"""Administration: who has an account and sees what, and what was done by whom."""
