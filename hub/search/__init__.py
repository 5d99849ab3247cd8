"""Search in the API: a port (`SearchIndex`) for engines, and the live views that the hub loads for their hits."""
