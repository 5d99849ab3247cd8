"""Provenance of documents (nguồn gốc): their sources, the claims of each source, and the conflicts with the document.

Internal: for editors only. The public part of a source is in the `origin` of a content.
"""
