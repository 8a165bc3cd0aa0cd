"""The verbs: plain functions that refuse, change and return. No request, no page, no commit."""
