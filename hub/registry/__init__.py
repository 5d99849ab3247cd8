"""The registry: agencies (cơ quan) and places with their periods of validity and successors, spokespersons, topics."""
