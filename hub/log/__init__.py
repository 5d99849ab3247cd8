"""The publication log: gap-free, in commit order, chained by hashes; every follower works from it."""
