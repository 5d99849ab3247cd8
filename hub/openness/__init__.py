"""Openness of agencies (chỉ số công khai): figures about consultations from public data, each with its items."""
