"""Legal clocks (đồng hồ pháp lý): rules of law as dated rows, a calendar of working days, and the clocks that run."""
