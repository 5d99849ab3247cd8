"""Files of comments: cleaned in the sandbox, sealed with the key of their comment, public after a scan."""
