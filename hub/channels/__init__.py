"""Channels (kênh phát hành): what is published is sent to Hue-S, Zalo and subscribers once, with receipts."""
