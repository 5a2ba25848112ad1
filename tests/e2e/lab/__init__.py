"""A Gerrit, a Zuul, a mail server and a small world of projects, below one directory and on the loopback."""
