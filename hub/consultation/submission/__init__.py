"""Comments from outside: submission, changes by their author, and public reads (gửi, sửa và đọc góp ý)."""
