"""Press watch (theo dõi báo chí): topics and places in headlines of newspapers, counted, and bursts of them.

Internal: headlines of others are stored to be counted and to be shown to editors; no public surface shows any of it.
"""
