"""Background work: the dispatcher for many receivers, retry pauses, periodic loops."""
