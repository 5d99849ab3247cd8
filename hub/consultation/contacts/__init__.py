"""Contacts of commenters, for the notices of answers that the agency sends."""
