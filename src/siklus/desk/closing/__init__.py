"""Pages of closing: quotes, their editor, the price book, the buyer's page, and the settings."""
