"""Extraction: strangers' pages and files become contents, with the doubts that a person has to look at.

Nothing is imported here, so that the sandbox loads the parsers of files and no grammar.
"""
