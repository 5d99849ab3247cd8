"""One run of a source: items, download, extract, upsert, record."""
