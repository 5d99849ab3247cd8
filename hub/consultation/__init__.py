"""Consultations on drafts (lấy ý kiến): their window, their life, their drafts, and what people say about them."""
