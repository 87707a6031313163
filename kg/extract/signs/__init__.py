"""What speaks for and against each candidate fact, as rows of numbers.

`kg.extract.judge` weighs them. Chances enter as their logits; what is counted enters as the
logarithm of one more. The columns of a table are named by the constant of its function.
"""

from kg.extract.signs.concepts import CONCEPT, ROLE, Read, concept_signs, role_signs
from kg.extract.signs.relations import RELATION, relation_signs
from kg.extract.signs.results import NUMBER, OPTION, Weighed, number_signs, option_signs

__all__ = [
    "CONCEPT",
    "NUMBER",
    "OPTION",
    "RELATION",
    "ROLE",
    "Read",
    "Weighed",
    "concept_signs",
    "number_signs",
    "option_signs",
    "relation_signs",
    "role_signs",
]
