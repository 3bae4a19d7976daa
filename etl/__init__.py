"""Files in; facts, roll-ups and publications out."""
