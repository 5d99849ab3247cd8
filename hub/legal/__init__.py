"""Grammar of Vietnamese legal writing: document numbers, citations, structure. Pure: no I/O, no framework."""
