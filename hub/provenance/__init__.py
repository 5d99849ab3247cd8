"""Where documents came from, what each source says of them, and what a document is known again by (nguồn gốc).

Internal: editors alone read it. What the public may know of a source stands in a content's own `origin`.
"""
