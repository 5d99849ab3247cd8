"""Moderation of comments (kiểm duyệt): the queue, private data in a text, decisions with reasons, and undo."""
