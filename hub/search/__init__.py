"""Search as the API serves it: a port (`SearchIndex`) that engines fill, and live views that the hub loads."""
