"""Press watch (theo dõi báo chí): which topics and places newspapers write about, and what suddenly is much more.

Internal: titles of others are kept for counting and for editors' eyes; no public surface shows any of it.
"""
