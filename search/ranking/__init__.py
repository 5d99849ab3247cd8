"""Ranking of questions: BM25, the vocabulary, answers, order by date."""
