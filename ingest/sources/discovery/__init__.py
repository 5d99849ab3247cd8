"""Discovery of items: one module for each type of source. All yield `ListPage`s of `DiscoveredItem`s, so that a run can
store one page after another."""
