"""Rehearsal (tổng duyệt): payloads of every channel for a working edition, without sending or writing anything."""
