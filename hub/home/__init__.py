"""The home page (trang chủ): an introduction to the hub with current figures and entry points."""
