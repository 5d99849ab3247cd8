"""Files of documents: uploaded, checked, stored, served while their edition is public, and erased."""
