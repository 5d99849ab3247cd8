"""Consultation (lấy ý kiến): comments on drafts, their places in later drafts, and groups of near copies."""
