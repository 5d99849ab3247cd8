"""Sources as data: where agencies publish already, how the hub fetches, reads and takes it in, and what came of it."""
