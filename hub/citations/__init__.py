"""Citations (viện dẫn): what public texts mention, which documents of the hub that is, and who mentions whom."""
