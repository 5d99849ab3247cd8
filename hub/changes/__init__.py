"""The change feed: reading, filtering and streaming the publication log (phân phối)."""
