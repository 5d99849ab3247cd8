"""PostgreSQL and Meilisearch for `hub up`: a whole hub from one command, on a machine that has neither of them.

POSIX only. On Linux no child outlives the process that started it, however that process ends; elsewhere that holds
for every end but SIGKILL.
"""
