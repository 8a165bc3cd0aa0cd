"""Models in, bytes out: what other programs read. A format is told; it asks no verb and no request."""
