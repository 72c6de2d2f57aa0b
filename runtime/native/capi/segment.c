/* Segment: a file that several processes read and write. */
#include "route.h"

#include <errno.h>

static PyObject *failed(int error, PyObject *path)
{
    errno = error;
    return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
}

static PyObject *Segment_new(PyTypeObject *type, PyObject *arguments, PyObject *named)
{
    static char *names[] = {"path", "size", NULL};
    PyObject *path, *wanted = Py_None, *encoded;
    if (!PyArg_ParseTupleAndKeywords(arguments, named, "O|O", names, &path, &wanted)) return NULL;
    long long size = -1;
    if (wanted != Py_None) {
        size = PyLong_AsLongLong(wanted);
        if (size == -1 && PyErr_Occurred()) return NULL;
        if (size < 0) return PyErr_Format(PyExc_ValueError, "a segment of %lld bytes", size);
    }
    State *state = state_of(type);
    if (state == NULL || !PyUnicode_FSConverter(path, &encoded)) return NULL;
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Segment *self = (Segment *)allocate(type, 0);
    if (self != NULL) {
        self->memory.descriptor = -1;
        int error = polyray_segment_open(&self->memory, PyBytes_AsString(encoded), size);
        if (error) {
            self->memory.descriptor = -1;
            failed(error, path);
            Py_DECREF(self);
            self = NULL;
        } else {
            Py_INCREF(path);
            self->path = path;
            self->spins = state->spins;
        }
    }
    Py_DECREF(encoded);
    return (PyObject *)self;
}

static void Segment_dealloc(Segment *self)
{
    PyTypeObject *type = Py_TYPE(self);
    polyray_segment_unmap(&self->memory);
    Py_XDECREF(self->path);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

int is_open(Segment *self)
{
    if (!self->closed) return 1;
    PyErr_Format(PyExc_ValueError, "the segment %S is closed", self->path);
    return 0;
}

static int within(Segment *self, long long offset, long long count)
{
    long long size = (long long)self->memory.size;
    if (offset >= 0 && count >= 0 && offset <= size && count <= size - offset) return 1;
    PyErr_Format(PyExc_ValueError, "bytes %lld to %lld of a segment of %lld", offset,
                 (long long)((unsigned long long)offset + (unsigned long long)count), size);
    return 0;
}

static int place(Segment *self, PyObject *value, long long count, uint64_t *offset)
{
    long long found = PyLong_AsLongLong(value);
    if (found == -1 && PyErr_Occurred()) return 0;
    *offset = (uint64_t)found;
    return is_open(self) && within(self, found, count);
}

int prefaulted(Segment *self)
{
    if (self->memory.present) return 1;
    int error;
    Py_BEGIN_ALLOW_THREADS
    error = polyray_segment_prefault(&self->memory);
    Py_END_ALLOW_THREADS
    if (error) failed(error, self->path);
    return !error;
}

/* The address of a number. */
static void *number_at(Segment *self, PyObject *value)
{
    uint64_t offset;
    if (!place(self, value, 8, &offset) || !prefaulted(self)) return NULL;
    if (offset % 8 == 0) return self->memory.base + offset;
    PyErr_Format(PyExc_ValueError, "no number lies at %llu: it is not aligned to 8 bytes",
                 (unsigned long long)offset);
    return NULL;
}

static PyObject *Segment_write(Segment *self, PyObject *const *given, Py_ssize_t count)
{
    Py_buffer data;
    uint64_t offset;
    int error;
    if (!counted("write", count, 2)) return NULL;
    if (PyObject_GetBuffer(given[1], &data, PyBUF_SIMPLE) < 0) return NULL;
    if (!place(self, given[0], data.len, &offset)) {
        PyBuffer_Release(&data);
        return NULL;
    }
    if (data.len >= LONG_COPY_BYTES || !self->memory.present) {
        Py_BEGIN_ALLOW_THREADS
        error = polyray_segment_write(&self->memory, offset, data.buf, data.len);
        Py_END_ALLOW_THREADS
    } else {
        error = polyray_segment_write(&self->memory, offset, data.buf, data.len);
    }
    PyBuffer_Release(&data);
    if (error) return failed(error, self->path);
    Py_RETURN_NONE;
}

static PyObject *Segment_read(Segment *self, PyObject *const *given, Py_ssize_t count)
{
    uint64_t offset;
    if (!counted("read", count, 2)) return NULL;
    long long length = PyLong_AsLongLong(given[1]);
    if (length == -1 && PyErr_Occurred()) return NULL;
    if (!place(self, given[0], length, &offset)) return NULL;
    PyObject *whole = PyMemoryView_FromObject((PyObject *)self);
    if (whole == NULL) return NULL;
    PyObject *part = PySequence_GetSlice(whole, (Py_ssize_t)offset, (Py_ssize_t)(offset + length));
    Py_DECREF(whole);
    return part;
}

static int Segment_getbuffer(Segment *self, Py_buffer *view, int flags)
{
    return PyBuffer_FillInfo(view, (PyObject *)self, self->memory.base,
                             (Py_ssize_t)self->memory.size, 1, flags);
}

static PyObject *Segment_number(Segment *self, PyObject *offset)
{
    void *at = number_at(self, offset);
    return at == NULL ? NULL : PyLong_FromUnsignedLongLong(polyray_load(at));
}

static PyObject *Segment_cas(Segment *self, PyObject *const *given, Py_ssize_t count)
{
    uint64_t expected, wanted;
    if (!counted("cas", count, 3)) return NULL;
    void *at = number_at(self, given[0]);
    if (at == NULL || !unsigned_number(given[1], &expected) || !unsigned_number(given[2], &wanted))
        return NULL;
    return PyLong_FromUnsignedLongLong(polyray_cas(at, expected, wanted));
}

static PyObject *Segment_fetch_add(Segment *self, PyObject *const *given, Py_ssize_t count)
{
    if (!counted("fetch_add", count, 2)) return NULL;
    void *at = number_at(self, given[0]);
    if (at == NULL) return NULL;
    uint64_t amount = PyLong_AsUnsignedLongLongMask(given[1]);
    if (PyErr_Occurred()) return NULL;
    return PyLong_FromUnsignedLongLong(polyray_add(at, amount));
}

typedef struct {
    void *at;
    uint64_t value;
    uint32_t spins;
} Change;

static int32_t change(const void *what, uint64_t left_ns)
{
    const Change *wanted = what;
    return polyray_wait(wanted->at, wanted->value, wanted->spins, left_ns);
}

static PyObject *Segment_wait(Segment *self, PyObject *const *given, Py_ssize_t count)
{
    uint64_t timeout_ns;
    Change wanted = {.spins = self->spins};
    if (!counted("wait", count, 3)) return NULL;
    wanted.at = number_at(self, given[0]);
    if (wanted.at == NULL || !unsigned_number(given[1], &wanted.value) ||
        !seconds(given[2], &timeout_ns))
        return NULL;
    return waited(change, &wanted, timeout_ns);
}

static PyObject *Segment_wake(Segment *self, PyObject *offset)
{
    void *at = number_at(self, offset);
    if (at == NULL) return NULL;
    polyray_wake(at);
    Py_RETURN_NONE;
}

static PyObject *Segment_prefault(Segment *self, PyObject *unused)
{
    if (!is_open(self) || !prefaulted(self)) return NULL;
    Py_RETURN_NONE;
}

static PyObject *Segment_close(Segment *self, PyObject *unused)
{
    if (!self->closed) {
        self->closed = 1;
        polyray_segment_close(&self->memory);
    }
    Py_RETURN_NONE;
}

static PyObject *Segment_enter(PyObject *self, PyObject *unused)
{
    Py_INCREF(self);
    return self;
}

static PyObject *Segment_exit(Segment *self, PyObject *unused)
{
    return Segment_close(self, NULL);
}

static PyObject *Segment_path(Segment *self, void *unused)
{
    Py_INCREF(self->path);
    return self->path;
}

static PyObject *Segment_size(Segment *self, void *unused)
{
    return PyLong_FromUnsignedLongLong(self->memory.size);
}

static PyMethodDef Segment_methods[] = {
    {"write", FAST(Segment_write), NULL},
    {"read", FAST(Segment_read), NULL},
    {"number", (PyCFunction)Segment_number, METH_O, NULL},
    {"cas", FAST(Segment_cas), NULL},
    {"fetch_add", FAST(Segment_fetch_add), NULL},
    {"wait", FAST(Segment_wait), NULL},
    {"wake", (PyCFunction)Segment_wake, METH_O, NULL},
    {"prefault", (PyCFunction)Segment_prefault, METH_NOARGS, NULL},
    {"close", (PyCFunction)Segment_close, METH_NOARGS, NULL},
    {"__enter__", Segment_enter, METH_NOARGS, NULL},
    {"__exit__", (PyCFunction)Segment_exit, METH_VARARGS, NULL},
    {NULL}
};

static PyGetSetDef Segment_attributes[] = {
    {"path", (getter)Segment_path, NULL, NULL, NULL},
    {"size", (getter)Segment_size, NULL, NULL, NULL},
    {NULL}
};

static PyType_Slot Segment_slots[] = {
    {Py_tp_doc, "A file that several processes read and write."},
    {Py_tp_new, Segment_new},
    {Py_tp_dealloc, Segment_dealloc},
    {Py_tp_methods, Segment_methods},
    {Py_tp_getset, Segment_attributes},
    {Py_bf_getbuffer, Segment_getbuffer},
    {0, NULL}
};

PyType_Spec Segment_spec = {
    .name = "_polyray_capi.Segment",
    .basicsize = sizeof(Segment),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = Segment_slots,
};
