"""Consultations on drafts (lấy ý kiến): their window, their life, and the drafts that belong to them."""
