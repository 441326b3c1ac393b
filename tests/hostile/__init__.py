"""Documents whose authors want to run code, leave the folder, connect or hang.

``python -m tests.hostile`` tries them all; ``test_hostile`` tries a sample.
"""
