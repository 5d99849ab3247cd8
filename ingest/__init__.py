"""What comes into the hub from files and other sources; it changes content only through the hub's commands."""
