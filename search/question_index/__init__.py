"""The index from which candidates for questions come: a kept tantivy index on the disk of each host that answers.

It holds the terms of every passage and no texts. The texts, and whether they are public now, are read from Postgres.
"""
