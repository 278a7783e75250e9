"""How what happens reaches the app: Socket Mode or signed HTTP."""
