/* The functions of the suite by the C API, also within its stable ABIs: abi3 and abi3t. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include "border.h"

#define TEXT_(name) #name
#define TEXT(name) TEXT_(name)
#ifdef Py_TARGET_ABI3T
#define INIT__(name) PyModExport_##name
#else
#define INIT__(name) PyInit_##name
#endif
#define INIT_(name) INIT__(name)

/* abi3t hides what an object begins with: there, what is the type's own is asked for. */
#ifdef Py_TARGET_ABI3T
#define POINT_SIZE (-(int)sizeof(border_point))
#define POINT_PLACE(name) offsetof(border_point, name), Py_RELATIVE_OFFSET
static border_point *point_of(PyObject *self) {
    return PyObject_GetTypeData(self, Py_TYPE(self));
}
#else
typedef struct {
    PyObject_HEAD
    border_point point;
} Point;

#define POINT_SIZE sizeof(Point)
#define POINT_PLACE(name) offsetof(Point, point.name), 0
static border_point *point_of(PyObject *self) { return &((Point *)self)->point; }
#endif

static PyObject *nothing(PyObject *module, PyObject *unused) {
    border_nothing();
    Py_RETURN_NONE;
}

static int two(Py_ssize_t count) {
    if (count == 2)
        return 1;
    PyErr_SetString(PyExc_TypeError, "two arguments are needed");
    return 0;
}

static PyObject *add(PyObject *module, PyObject *const *given, Py_ssize_t count) {
    if (!two(count))
        return NULL;
    long long a = PyLong_AsLongLong(given[0]);
    long long b = PyLong_AsLongLong(given[1]);
    if ((a == -1 || b == -1) && PyErr_Occurred())
        return NULL;
    return PyLong_FromLongLong(border_add(a, b));
}

static PyObject *hypotenuse(PyObject *module, PyObject *const *given, Py_ssize_t count) {
    if (!two(count))
        return NULL;
    double x = PyFloat_AsDouble(given[0]);
    double y = PyFloat_AsDouble(given[1]);
    if ((x == -1.0 || y == -1.0) && PyErr_Occurred())
        return NULL;
    return PyFloat_FromDouble(border_hypotenuse(x, y));
}

static PyObject *sum_bytes(PyObject *module, PyObject *data) {
    Py_buffer view;
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    int64_t sum = border_sum_bytes(view.buf, view.len);
    PyBuffer_Release(&view);
    return PyLong_FromLongLong(sum);
}

static PyObject *fill(PyObject *module, PyObject *const *given, Py_ssize_t count) {
    Py_buffer view;
    if (!two(count))
        return NULL;
    long value = PyLong_AsLong(given[1]);
    if (value == -1 && PyErr_Occurred())
        return NULL;
    if (PyObject_GetBuffer(given[0], &view, PyBUF_WRITABLE) < 0)
        return NULL;
    border_fill(view.buf, view.len, (uint8_t)value);
    PyBuffer_Release(&view);
    Py_RETURN_NONE;
}

static PyObject *build(PyObject *module, PyObject *length) {
    Py_ssize_t count = PyLong_AsSsize_t(length);
    if (count == -1 && PyErr_Occurred())
        return NULL;
    PyObject *list = PyList_New(count);
    for (Py_ssize_t i = 0; list != NULL && i < count; i++) {
        PyObject *number = PyLong_FromLongLong(1000 + i);
        if (number == NULL || PyList_SetItem(list, i, number) < 0)
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *call_back(PyObject *module, PyObject *const *given, Py_ssize_t count) {
    if (!two(count))
        return NULL;
    long long times = PyLong_AsLongLong(given[1]);
    if (times == -1 && PyErr_Occurred())
        return NULL;
    long long sum = 0;
    for (long long i = 0; i < times; i++) {
        PyObject *number = PyLong_FromLongLong(i);
        if (number == NULL)
            return NULL;
        PyObject *result = PyObject_CallFunctionObjArgs(given[0], number, NULL);
        Py_DECREF(number);
        if (result == NULL)
            return NULL;
        sum += PyLong_AsLongLong(result);
        Py_DECREF(result);
        if (PyErr_Occurred())
            return NULL;
    }
    return PyLong_FromLongLong(sum);
}

static int point_init(PyObject *self, PyObject *args, PyObject *kwargs) {
    long long x, y;
    if (!PyArg_ParseTuple(args, "LL", &x, &y))
        return -1;
    *point_of(self) = (border_point){x, y};
    return 0;
}

static void point_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static PyObject *point_norm(PyObject *self, PyObject *unused) {
    return PyLong_FromLongLong(border_norm(point_of(self)));
}

static PyMemberDef point_members[] = {
    {"x", T_LONGLONG, POINT_PLACE(x), NULL},
    {"y", T_LONGLONG, POINT_PLACE(y), NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef point_methods[] = {
    {"norm", point_norm, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot point_slots[] = {
    {Py_tp_init, point_init},
    {Py_tp_dealloc, point_dealloc},
    {Py_tp_members, point_members},
    {Py_tp_methods, point_methods},
    {0, NULL},
};

static PyType_Spec point_spec = {
    TEXT(MODULE) ".Point", POINT_SIZE, 0, Py_TPFLAGS_DEFAULT, point_slots,
};

static PyMethodDef functions[] = {
    {"nothing", nothing, METH_NOARGS, NULL},
    {"add", (PyCFunction)(void (*)(void))add, METH_FASTCALL, NULL},
    {"hypotenuse", (PyCFunction)(void (*)(void))hypotenuse, METH_FASTCALL, NULL},
    {"sum_bytes", sum_bytes, METH_O, NULL},
    {"fill", (PyCFunction)(void (*)(void))fill, METH_FASTCALL, NULL},
    {"build", build, METH_O, NULL},
    {"call_back", (PyCFunction)(void (*)(void))call_back, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static int executed(PyObject *module) {
    PyObject *type = PyType_FromSpec(&point_spec);
    if (type == NULL)
        return -1;
    int failed = PyModule_AddObject(module, "Point", type);
    if (failed)
        Py_DECREF(type);
    return failed;
}

#ifdef Py_TARGET_ABI3T
PyABIInfo_VAR(abi);

static PySlot slots[] = {
    PySlot_STATIC_DATA(Py_mod_abi, &abi),
    PySlot_STATIC_DATA(Py_mod_name, TEXT(MODULE)),
    PySlot_STATIC_DATA(Py_mod_methods, functions),
    PySlot_FUNC(Py_mod_exec, executed),
    PySlot_DATA(Py_mod_gil, Py_MOD_GIL_NOT_USED),
    PySlot_END,
};

PyMODEXPORT_FUNC INIT_(MODULE)(void) { return slots; }
#else
static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, executed},
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, TEXT(MODULE), NULL, 0, functions, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC INIT_(MODULE)(void) { return PyModuleDef_Init(&definition); }
#endif
