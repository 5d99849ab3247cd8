"""Embedding (nhúng) of lists and search in other websites: two custom elements, an iframe, and a configurator."""
