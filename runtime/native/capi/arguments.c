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

/* Let signal handlers run; 0 if one of them has raised something. */
static int handled(void)
{
#if defined(PYPY_VERSION) || defined(GRAALVM_PYTHON)
    /* Where PyErr_CheckSignals does nothing, handlers run while Python code does. */
    PyObject *names = PyDict_New();
    PyObject *ran = NULL;
    if (names != NULL)
        ran = PyRun_String("for _ in range(100): pass\n", Py_file_input, names, names);
    Py_XDECREF(names);
    Py_XDECREF(ran);
    if (ran == NULL) return 0;
#endif
    return PyErr_CheckSignals() == 0;
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
        if (!handled()) return NULL;
        uint64_t now = now_ns();
        left_ns = until_ns > now ? until_ns - now : 0;
    }
}
