"""Bodies that are asked (cơ quan, tổ chức được lấy ý kiến), their letters, and who did not answer."""
