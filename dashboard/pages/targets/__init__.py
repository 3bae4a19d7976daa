"""Targets: a plan's cascade from province to grid, negotiated, locked, published and followed."""
