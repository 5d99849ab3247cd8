"""Places: units of administration (đơn vị hành chính) valid in time, with successors."""
