"""Sources as data: the sites of agencies, their items, the runs that fetch and import them, and the quarantine."""
