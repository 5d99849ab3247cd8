"""How the formula of the ranking was chosen: measured in this process over exact candidates and exact statistics."""
