# cython: language_level=3, freethreading_compatible=True
"""The functions of the suite by Cython."""

from libc.stdint cimport int64_t, uint8_t


cdef extern from "border.h":
    ctypedef struct border_point:
        int64_t x
        int64_t y

    void border_nothing()
    int64_t border_add(int64_t a, int64_t b)
    double border_hypotenuse(double x, double y)
    int64_t border_sum_bytes(const uint8_t *data, int64_t count)
    void border_fill(uint8_t *data, int64_t count, uint8_t value)
    int64_t border_norm(const border_point *point)


def nothing():
    border_nothing()


def add(int64_t a, int64_t b):
    return border_add(a, b)


def hypotenuse(double x, double y):
    return border_hypotenuse(x, y)


def sum_bytes(const uint8_t[::1] data not None):
    return border_sum_bytes(&data[0], data.shape[0])


def fill(uint8_t[::1] buffer not None, uint8_t value):
    border_fill(&buffer[0], buffer.shape[0], value)


def build(int64_t length):
    cdef int64_t at
    numbers = []
    for at in range(length):
        numbers.append(1000 + at)
    return numbers


def call_back(function, int64_t count):
    cdef int64_t at
    cdef int64_t total = 0
    for at in range(count):
        total += function(at)
    return total


cdef class Point:
    cdef border_point point

    def __init__(self, int64_t x, int64_t y):
        self.point.x = x
        self.point.y = y

    @property
    def x(self):
        return self.point.x

    @property
    def y(self):
        return self.point.y

    def norm(self):
        return border_norm(&self.point)
