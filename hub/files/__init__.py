"""Files that documents carry: taken in, checked, kept, served while their edition is public, and erased."""
