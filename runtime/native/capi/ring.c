/* Ring: frames from one writer to one reader. */
#include "route.h"

typedef struct {
    PyObject_HEAD
    Segment *segment;
    uint8_t *head;
    uint64_t capacity;
} Ring;

static PyObject *broken(Ring *self)
{
    return PyErr_Format(PyExc_ConnectionError, "the ring in %S holds what no writer makes",
                        self->segment->path);
}

static int refused(int why, Ring *self)
{
    if (why == POLYRAY_OTHER_LAYOUT)
        PyErr_Format(PyExc_ValueError, "what lies in %S is no ring of layout %d",
                     self->segment->path, POLYRAY_LAYOUT);
    else if (why == POLYRAY_OTHER_CAPACITY)
        PyErr_Format(PyExc_ValueError, "the ring in %S was made with another capacity than %llu",
                     self->segment->path, (unsigned long long)self->capacity);
    return why != 0;
}

static PyObject *Ring_new(PyTypeObject *type, PyObject *arguments, PyObject *named)
{
    static char *names[] = {"segment", "offset", "capacity", NULL};
    PyObject *segment;
    long long offset, capacity;
    if (!PyArg_ParseTupleAndKeywords(arguments, named, "OLL", names, &segment, &offset, &capacity))
        return NULL;
    State *state = state_of(type);
    if (state == NULL) return NULL;
    if (!PyObject_TypeCheck(segment, state->segment_type)) {
        PyErr_SetString(PyExc_TypeError, "a ring lies in a Segment of the same route");
        return NULL;
    }
    Segment *memory = (Segment *)segment;
    long long size = (long long)memory->memory.size;
    if (capacity < 8 || capacity > POLYRAY_MOST_CAPACITY || offset < 0 || offset % 8 ||
        offset > size || capacity > size - offset - POLYRAY_HEAD_BYTES)
        return PyErr_Format(PyExc_ValueError, "no ring of %lld bytes at %lld of %S", capacity,
                            offset, memory->path);
    if (!is_open(memory) || !prefaulted(memory)) return NULL;
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Ring *self = (Ring *)allocate(type, 0);
    if (self == NULL) return NULL;
    Py_INCREF(segment);
    self->segment = memory;
    self->head = memory->memory.base + offset;
    self->capacity = (uint64_t)capacity;
    if (refused(polyray_ring_open(self->head, self->capacity), self)) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void Ring_dealloc(Ring *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF((PyObject *)self->segment);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static PyObject *Ring_write(Ring *self, PyObject *frame)
{
    Py_buffer data;
    if (!is_open(self->segment) || PyObject_GetBuffer(frame, &data, PyBUF_SIMPLE) < 0) return NULL;
    int wrote = polyray_ring_write(self->head, self->capacity, data.buf, data.len);
    Py_ssize_t length = data.len;
    PyBuffer_Release(&data);
    if (wrote == POLYRAY_BROKEN) return broken(self);
    if (wrote == POLYRAY_NEVER)
        return PyErr_Format(PyExc_ValueError, "a frame of %zd bytes in a ring of %llu", length,
                            (unsigned long long)self->capacity);
    return PyLong_FromLong(wrote);
}

/* A frame as bytes at the end of the list. */
static int append(PyObject *list, const polyray_frame *frame)
{
    Py_ssize_t length = (Py_ssize_t)(frame->first_bytes + frame->second_bytes);
    PyObject *made = PyBytes_FromStringAndSize(NULL, length);
    if (made == NULL) return -1;
    polyray_frame_copy(frame, PyBytes_AsString(made));
    int error = PyList_Append(list, made);
    Py_DECREF(made);
    return error;
}

static PyObject *Ring_frames(Ring *self, PyObject *unused)
{
    polyray_seen seen;
    polyray_frame frame;
    if (!is_open(self->segment)) return NULL;
    if (polyray_ring_look(self->head, self->capacity, &seen) < 0) return broken(self);
    PyObject *found = PyList_New(0);
    if (found == NULL || seen.at == seen.until) return found;
    int more;
    while ((more = polyray_ring_next(self->head, self->capacity, &seen, &frame)) == 1) {
        if (append(found, &frame) < 0) {
            Py_DECREF(found);
            return NULL;
        }
    }
    if (more < 0) {
        Py_DECREF(found);
        return broken(self);
    }
    polyray_ring_release(self->head, self->capacity, &seen);
    return found;
}

typedef struct {
    Ring *ring;
    uint64_t room;
} Room;

static int32_t frame_there(const void *what, uint64_t left_ns)
{
    const Ring *ring = what;
    return polyray_ring_wait(ring->head, ring->capacity, ring->segment->spins, left_ns);
}

static int32_t room_there(const void *what, uint64_t left_ns)
{
    const Room *wanted = what;
    const Ring *ring = wanted->ring;
    return polyray_ring_wait_for_room(ring->head, ring->capacity, wanted->room,
                                      ring->segment->spins, left_ns);
}

static PyObject *Ring_wait(Ring *self, PyObject *timeout)
{
    uint64_t timeout_ns;
    if (!is_open(self->segment) || !seconds(timeout, &timeout_ns)) return NULL;
    return waited(frame_there, self, timeout_ns);
}

static PyObject *Ring_wait_for_room(Ring *self, PyObject *const *given, Py_ssize_t count)
{
    uint64_t timeout_ns;
    Room wanted = {.ring = self};
    if (!counted("wait_for_room", count, 2) || !unsigned_number(given[0], &wanted.room) ||
        !seconds(given[1], &timeout_ns) || !is_open(self->segment))
        return NULL;
    if (wanted.room > self->capacity) wanted.room = self->capacity;
    return waited(room_there, &wanted, timeout_ns);
}

static PyObject *Ring_doze(Ring *self, PyObject *unused)
{
    if (!is_open(self->segment)) return NULL;
    return PyBool_FromLong(polyray_ring_doze(self->head, self->capacity));
}

static PyObject *Ring_segment(Ring *self, void *unused)
{
    Py_INCREF((PyObject *)self->segment);
    return (PyObject *)self->segment;
}

static PyObject *Ring_capacity(Ring *self, void *unused)
{
    return PyLong_FromUnsignedLongLong(self->capacity);
}

static PyMethodDef Ring_methods[] = {
    {"write", (PyCFunction)Ring_write, METH_O, NULL},
    {"frames", (PyCFunction)Ring_frames, METH_NOARGS, NULL},
    {"wait", (PyCFunction)Ring_wait, METH_O, NULL},
    {"wait_for_room", FAST(Ring_wait_for_room), NULL},
    {"doze", (PyCFunction)Ring_doze, METH_NOARGS, NULL},
    {NULL}
};

static PyGetSetDef Ring_attributes[] = {
    {"segment", (getter)Ring_segment, NULL, NULL, NULL},
    {"capacity", (getter)Ring_capacity, NULL, NULL, NULL},
    {NULL}
};

static PyType_Slot Ring_slots[] = {
    {Py_tp_doc, "Frames from one writer to one reader."},
    {Py_tp_new, Ring_new},
    {Py_tp_dealloc, Ring_dealloc},
    {Py_tp_methods, Ring_methods},
    {Py_tp_getset, Ring_attributes},
    {0, NULL}
};

PyType_Spec Ring_spec = {
    .name = "_polyray_capi.Ring",
    .basicsize = sizeof(Ring),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = Ring_slots,
};
