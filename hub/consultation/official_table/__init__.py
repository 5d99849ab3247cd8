"""Official table of opinions and answers (bản tổng hợp ý kiến, tiếp thu, giải trình): ledger, files, reads, routes."""
