"""Texts of errors: English templates in the code, their Vietnamese forms as data (docs/decisions/208)."""
