"""The pipeline of a run: discover items, download, extract, upsert, and record the outcome."""
