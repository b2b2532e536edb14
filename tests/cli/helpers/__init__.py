"""What the tests of the command line share beyond tests/support: see the README beside."""
