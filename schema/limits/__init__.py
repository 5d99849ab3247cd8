"""How large a query may be: its shape (`shape`), what it would cost (`costs`, `cost`), and for how long it may run."""
