"""Push messages of the Hue-S app (thông báo đẩy), through the app's gateway: a published contract, sent once."""
