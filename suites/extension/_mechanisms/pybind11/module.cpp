/* The functions of the suite by pybind11. The C of border.c is compiled as C++ along with it. */
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <vector>

#include "border.h"

namespace py = pybind11;

static int64_t sum_bytes(const py::buffer &data) {
    py::buffer_info view = data.request();
    return border_sum_bytes(static_cast<const uint8_t *>(view.ptr), view.size);
}

static void fill(const py::buffer &buffer, uint8_t value) {
    py::buffer_info view = buffer.request(/* writable */ true);
    border_fill(static_cast<uint8_t *>(view.ptr), view.size, value);
}

static std::vector<int64_t> build(size_t length) {
    std::vector<int64_t> numbers(length);
    border_build(numbers.data(), static_cast<int64_t>(length));
    return numbers;
}

static int64_t call_back(const py::function &function, int64_t count) {
    int64_t sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += function(i).cast<int64_t>();
    return sum;
}

static border_point point(int64_t x, int64_t y) { return border_point{x, y}; }

static int64_t norm(const border_point &self) { return border_norm(&self); }

PYBIND11_MODULE(_border_pybind11, module, py::mod_gil_not_used()) {
    module.def("nothing", &border_nothing);
    module.def("add", &border_add);
    module.def("hypotenuse", &border_hypotenuse);
    module.def("sum_bytes", &sum_bytes);
    module.def("fill", &fill);
    module.def("build", &build);
    module.def("call_back", &call_back);
    py::class_<border_point>(module, "Point")
        .def(py::init(&point))
        .def_readwrite("x", &border_point::x)
        .def_readwrite("y", &border_point::y)
        .def("norm", &norm);
}
