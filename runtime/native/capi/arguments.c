/* Arguments of calls, and waiting with the GIL released. */
#include "route.h"

#include <time.h>

#define MOST_NS (((uint64_t)1) << 62)

int counted(const char *name, Py_ssize_t found, Py_ssize_t wanted)
{
    if (found == wanted) return 1;
    PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments (%zd given)", name, wanted, found);
    return 0;
}

int unsigned_number(PyObject *value, uint64_t *found)
{
    *found = PyLong_AsUnsignedLongLong(value);
    return !(*found == (uint64_t)-1 && PyErr_Occurred());
}

int seconds(PyObject *value, uint64_t *nanoseconds)
{
    double given = PyFloat_AsDouble(value);
    if (given == -1.0 && PyErr_Occurred()) return 0;
    given *= 1e9;
    *nanoseconds = given > 0 ? given < MOST_NS ? (uint64_t)given : MOST_NS : 0;
    return 1;
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
}

State *state_of(PyTypeObject *type)
{
    PyObject *own = PyType_GetModule(type);
    return own == NULL ? NULL : (State *)PyModule_GetState(own);
}

PyObject *waited(Once once, const void *what, uint64_t timeout_ns)
{
    uint64_t until_ns = now_ns() + timeout_ns, left_ns = timeout_ns;
    int ended;
    for (;;) {
        Py_BEGIN_ALLOW_THREADS
        ended = once(what, left_ns);
        Py_END_ALLOW_THREADS
        if (ended >= 0) return PyBool_FromLong(ended);
        if (PyErr_CheckSignals() < 0) return NULL;
        uint64_t now = now_ns();
        left_ns = until_ns > now ? until_ns - now : 0;
    }
}
