"""Asking partners, and what they answered: the volunteers' side."""
