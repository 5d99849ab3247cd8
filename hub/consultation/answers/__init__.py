"""Official answers to comments (tiếp thu, giải trình), and the official table of all of them."""
