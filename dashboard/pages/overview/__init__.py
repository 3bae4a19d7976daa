"""The overview: ten headline outcomes of an area, its members on a map and ranked, the trend, and what moved it."""
