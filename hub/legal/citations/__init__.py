"""Citations in Vietnamese legal texts: parse mentions, resolve them to documents. Pure."""
