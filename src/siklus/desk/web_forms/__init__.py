"""Web forms: the public pages that strangers fill in, and the settings that build them."""
