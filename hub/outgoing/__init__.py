"""Outgoing HTTP requests to URLs chosen by others: webhooks, WebSub callbacks, sources. Protects against SSRF."""
