"""Translations of pages, feeds and the widget: Vietnamese and English."""
