"""Messages and remedies in Chinese, found from the English that an error or problem carries.

Errors are made in English where they arise and say nothing of languages; so what is stored in a file or log can still be
read in Chinese later. ``zh.yaml`` has a line for every message of the source, and a test demands that none is missing.
"""

from tsampa.messages.chinese import in_chinese, say_error, say_message

__all__ = ["in_chinese", "say_error", "say_message"]
