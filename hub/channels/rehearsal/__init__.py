"""Rehearsal (tổng duyệt): what every channel would send of a working edition, without sending or writing anything."""
