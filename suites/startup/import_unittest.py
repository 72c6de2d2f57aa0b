"""What a test file imports: the wait before the first test of every run."""

import doctest
import unittest
import unittest.mock
