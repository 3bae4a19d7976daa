"""The demonstration operator: a generator with a seed and a written truth. It knows files only, no store."""
