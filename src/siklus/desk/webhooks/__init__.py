"""The settings of webhooks: who is told, what arrived, what did not."""
