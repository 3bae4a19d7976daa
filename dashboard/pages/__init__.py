"""The pages of the face, a folder each: layout.py, callbacks.py, data.py, figures.py."""
