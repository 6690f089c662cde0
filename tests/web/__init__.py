"""The web layer as its readers meet it: every test asks over ASGI or over a real socket, none calls a route."""
