from centers.admin import centers, corrections, visits

__all__ = ["centers", "corrections", "visits"]
