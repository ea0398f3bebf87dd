"""The start page: what waits for somebody, and how their area stands."""
