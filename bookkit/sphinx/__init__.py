"""The book's own Sphinx extensions, named in `_config.yml`: each file says what it does."""
