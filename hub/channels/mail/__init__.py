"""E-mail (thư điện tử): subscriptions to any filter, at once or as digests, and the notice of an answered comment."""
