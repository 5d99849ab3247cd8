"""The hub's HTTP server: uvicorn with limits of connections, request heads, slow bodies and clients that do not read.

uvicorn leaves these to a reverse proxy; the hub holds without one (docs/decisions/110).
"""
