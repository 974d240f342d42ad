"""Commands on logs of behaviour."""
