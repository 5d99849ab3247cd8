"""WebSub (W3C, 2018): a hub for the feeds. Subscribers are strangers, so their callbacks are verified first."""
