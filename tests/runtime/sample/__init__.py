"""A package as the generator writes one, by hand, for the tests of the runtime."""
