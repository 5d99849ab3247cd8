"""Spreadsheets as agencies keep them (XLSX, XLS, ODS, CSV): rows to records, templates, and rows to correct."""
