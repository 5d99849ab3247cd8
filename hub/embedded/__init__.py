"""Embedded PostgreSQL and Meilisearch for `hub up`, which runs a complete hub on a machine without these servers.

POSIX only. On Linux no child process outlives its parent, however the parent ends. On other systems this holds unless
the parent is killed by SIGKILL.
"""
