"""Topics (chủ đề)."""
