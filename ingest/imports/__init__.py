"""File imports: read, prepare, load, report."""
