from interpreters.admin import pool, reports, requests, workshops

__all__ = ["pool", "reports", "requests", "workshops"]
