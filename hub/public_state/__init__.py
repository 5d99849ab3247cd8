"""Versions of everything that is public: a kept answer, or a memory of the process, is right for one of them."""
