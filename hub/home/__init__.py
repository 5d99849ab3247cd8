"""The front page (trang chủ): what the hub is, in numbers that are true now, and the ways in."""
