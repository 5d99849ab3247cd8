"""The policy hub: one API for the decisions, drafts, news and statements of a Vietnamese province."""

__version__ = "0.1.0"
