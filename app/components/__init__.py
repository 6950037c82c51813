"""The parts of the page that run in the browser: a Python wrapper each, JS and CSS beside it."""
