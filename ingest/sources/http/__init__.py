"""HTTP for sources: a fetcher that respects robots.txt and the rate limits of hosts."""
