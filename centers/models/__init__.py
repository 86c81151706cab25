from centers.models.center import Center, Operator, Phone
from centers.models.correction import Correction
from centers.models.visit import Caravan, Leg, Visit

__all__ = ["Caravan", "Center", "Correction", "Leg", "Operator", "Phone", "Visit"]
