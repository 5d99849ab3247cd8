"""Conversion of Vietnamese in encodings from before Unicode (TCVN3, VNI, Windows-1258), where it is sure."""

from ingest.encodings.conversion import Conversion, TextConverter
from ingest.encodings.values import convert_value

__all__ = ["Conversion", "TextConverter", "convert_value"]
