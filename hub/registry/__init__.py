"""Agencies (cơ quan) valid in time, with successors, and their spokespersons (người phát ngôn)."""
