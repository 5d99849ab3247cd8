"""Public answers as ready bytes, each kept only for the versions of public state that it was made from."""
