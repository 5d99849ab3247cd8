"""The subject of the proof of work of subscriptions: challenges for comments do not fit it, and the reverse."""

from uuid import UUID

SUBSCRIPTIONS = UUID("5d2f8600-0000-7000-8000-6d61696c0001")
