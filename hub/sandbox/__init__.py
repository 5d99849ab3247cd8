"""A sandbox for strangers' bytes: functions run in child processes with limits of time and memory."""
