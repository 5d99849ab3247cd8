"""Operations: health checks and metrics."""
