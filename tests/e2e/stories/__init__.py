"""One story a file: each has `tell(scene)`."""
