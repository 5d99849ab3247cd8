"""Guides (hướng dẫn) for developers and officials, in Vietnamese and English: pages made from Markdown."""
