"""WebSub (W3C, 2018): a hub for the feeds. Subscribers are unknown, so their callbacks are verified first."""
