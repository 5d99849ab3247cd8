"""Text processing for search: folding, synonyms, abbreviations, highlights, snippets."""
