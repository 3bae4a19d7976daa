"""Charts as plain dictionaries in one notation, coloured by the theme's tokens; no reads, no Dash."""
