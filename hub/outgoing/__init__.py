"""Requests that the hub sends to addresses which others chose: webhooks, WebSub callbacks, sources of imports."""
