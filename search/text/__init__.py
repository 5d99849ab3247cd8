"""Text processing for search: folding, syllables, synonyms, abbreviations, full-text queries, highlights, snippets."""
