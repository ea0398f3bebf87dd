"""The office: takes in, keeps and changes rows, one transaction at a time. Needs the extra ``office``."""
