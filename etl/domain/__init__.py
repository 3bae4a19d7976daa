"""Pure rules: no input or output, clock, randomness or settings."""
