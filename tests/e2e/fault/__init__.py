"""The fault harness: see tests/e2e/README.md."""
