from interpreters.admin import pool, requests

__all__ = ["pool", "requests"]
