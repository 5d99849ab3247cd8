"""Texts of pages, feeds and the widget in Vietnamese and English."""
