"""Likely dissatisfied: customers never asked who are likely to be dissatisfied, and what the prediction is worth."""
