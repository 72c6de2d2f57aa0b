/* The module _polyray_capi: Segment and Ring for CPython's C API and whatever imitates it. */
#include "route.h"

#include <sched.h>

#define SPINS 2000                      /* where there are processors for both sides */

static PyObject *crc32c(PyObject *self, PyObject *const *given, Py_ssize_t count)
{
    Py_buffer data;
    uint64_t before = 0;
    if (count != 1 && !counted("crc32c", count, 2)) return NULL;
    if (count == 2 && !unsigned_number(given[1], &before)) return NULL;
    if (PyObject_GetBuffer(given[0], &data, PyBUF_SIMPLE) < 0) return NULL;
    uint64_t found;
    if (data.len >= LONG_COPY_BYTES) {
        Py_BEGIN_ALLOW_THREADS
        found = polyray_crc32c(before, data.buf, data.len);
        Py_END_ALLOW_THREADS
    } else {
        found = polyray_crc32c(before, data.buf, data.len);
    }
    PyBuffer_Release(&data);
    return PyLong_FromUnsignedLongLong(found);
}

static PyMethodDef functions[] = {
    {"crc32c", FAST(crc32c), NULL},
    {NULL}
};

static int add_type(PyObject *self, PyType_Spec *spec, const char *name, PyTypeObject **kept)
{
    PyObject *type = PyType_FromModuleAndSpec(self, spec, NULL);
    if (type == NULL) return -1;
    if (kept != NULL) {
        Py_INCREF(type);
        *kept = (PyTypeObject *)type;
    }
    if (PyModule_AddObject(self, name, type) == 0) return 0;
    Py_DECREF(type);
    return -1;
}

static uint32_t useful_spins(void)
{
    cpu_set_t processors;
    CPU_ZERO(&processors);
    if (sched_getaffinity(0, sizeof processors, &processors) < 0) return SPINS;
    return CPU_COUNT(&processors) > 1 ? SPINS : 0;
}

static int execute(PyObject *self)
{
    State *state = PyModule_GetState(self);
    state->spins = useful_spins();
    if (add_type(self, &Segment_spec, "Segment", &state->segment_type) < 0) return -1;
    if (add_type(self, &Ring_spec, "Ring", NULL) < 0) return -1;
    return PyModule_AddIntConstant(self, "LAYOUT", polyray_layout());
}

static int traverse(PyObject *self, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(self);
    if (state != NULL) Py_VISIT(state->segment_type);
    return 0;
}

static int clear(PyObject *self)
{
    State *state = PyModule_GetState(self);
    if (state != NULL) Py_CLEAR(state->segment_type);
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_polyray_capi",
    .m_size = sizeof(State),
    .m_methods = functions,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
};

PyMODINIT_FUNC PyInit__polyray_capi(void) { return PyModuleDef_Init(&module); }
