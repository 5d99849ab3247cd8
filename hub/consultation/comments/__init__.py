"""Comments on drafts (ý kiến góp ý): submitted without an account, kept sealed, changed by their author with a code."""
