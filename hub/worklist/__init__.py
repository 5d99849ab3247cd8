"""The editors' desk: what waits for whom, batches of steps, notes, assignments, and previews that end."""
