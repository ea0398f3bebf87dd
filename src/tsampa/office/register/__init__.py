"""The register: households, persons and the dated facts about them."""
