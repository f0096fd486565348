"""Messages by WhatsApp with people we know: written through the gate, taken in, and put on the timeline."""
