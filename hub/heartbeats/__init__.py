"""Heartbeats of the worker's loops: a process that lives but does not work is seen from outside."""
