"""Putting the hub on other people's pages (nhúng): a script with two elements, an iframe, and a page to choose them."""
