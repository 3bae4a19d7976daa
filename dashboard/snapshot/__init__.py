"""Reports on paper: PDFs made from data, in the theme of the pages, without a browser."""
