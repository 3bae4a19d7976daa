"""Voice: what customers say: the satisfaction index and its paths, scores as given, who was asked, and their own words."""
