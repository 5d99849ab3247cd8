"""The pure core: content types and kinds, lifecycle, views, diff and fingerprints. No web, no database."""
