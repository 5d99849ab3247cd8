"""Editing of the registry (quản trị danh mục): each change is one transaction with audit and entries of the log."""
