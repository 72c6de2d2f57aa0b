/* What the files of this route share: the two types, and how arguments become numbers.
 *
 * Nothing here needs the GIL: what a Segment or Ring consists of never changes, but for flags that
 * only ever go from 0 to 1.
 */
#ifndef POLYRAY_ROUTE_H
#define POLYRAY_ROUTE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "polyray_native.h"

#define LONG_COPY_BYTES (64 * 1024)     /* from here on others may run meanwhile */
#define FAST(function) (PyCFunction)(void (*)(void))function, METH_FASTCALL

typedef struct {
    PyTypeObject *segment_type;
    uint32_t spins;                     /* looks before one sleeps */
} State;

typedef struct {
    PyObject_HEAD
    polyray_segment memory;
    PyObject *path;
    int closed;
    uint32_t spins;
} Segment;

extern PyType_Spec Segment_spec, Ring_spec;

State *state_of(PyTypeObject *type);

/* Each sets an exception and gives 0 where something is wrong. */
int counted(const char *name, Py_ssize_t found, Py_ssize_t wanted);
int unsigned_number(PyObject *value, uint64_t *found);
int seconds(PyObject *value, uint64_t *nanoseconds);
int is_open(Segment *self);
int prefaulted(Segment *self);

/* Waits by the function until it says something else than -1; signal handlers run meanwhile. */
typedef int32_t (*Once)(const void *what, uint64_t left_ns);
PyObject *waited(Once once, const void *what, uint64_t timeout_ns);

#endif
