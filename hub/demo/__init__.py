"""The registry of Huế and believable sample content, loaded by `hub demo`."""
