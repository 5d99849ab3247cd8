"""File imports (`hub import`): read, prepare, load and report."""
