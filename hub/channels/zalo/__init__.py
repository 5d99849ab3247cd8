"""Zalo: articles and broadcasts of the Official Account (tài khoản Zalo OA), its tokens and its events."""
