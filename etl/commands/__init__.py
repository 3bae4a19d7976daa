"""The command line's words, thin over the code. Like ``etl.__main__`` they belong to the composition root."""
