"""Documents and their editions, the commands that publish them, and the published views that the public reads."""
