"""Citations (viện dẫn): mentions in public texts, the documents they mean, and the documents that cite a document."""
