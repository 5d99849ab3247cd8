"""All that is public as files: the snapshot that an offline copy begins with, and every list as CSV for journalists."""
