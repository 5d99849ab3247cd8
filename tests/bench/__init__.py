"""Measurements, never tests: `make bench` prints ratios within one run."""
