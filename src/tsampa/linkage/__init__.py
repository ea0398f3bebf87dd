"""Record linkage: which rows of a sheet are which persons of a register, with probabilities and reasons."""

from tsampa.linkage.link import ACCEPT, DOUBTFUL, Linkage, link_records

__all__ = ["ACCEPT", "DOUBTFUL", "Linkage", "link_records"]
