"""Ranking of answers to questions: BM25, and the vocabulary with the frequency of each term."""
