"""The policy hub: one API for what a Vietnamese province decides, is about to decide, and says about it."""

__version__ = "0.1.0"
