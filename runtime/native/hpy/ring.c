/* Ring: frames from one writer to one reader. */
#include "route.h"

#include <stdlib.h>

static HPy broken(HPyContext *ctx, Ring *self)
{
    return refuse(ctx, ctx->h_ConnectionError, "the ring in %s holds what no writer makes",
                  self->lies_in->path);
}

static int refused(HPyContext *ctx, int why, Ring *self)
{
    if (why == POLYRAY_OTHER_LAYOUT)
        refuse(ctx, ctx->h_ValueError, "what lies in %s is no ring of layout %d",
               self->lies_in->path, POLYRAY_LAYOUT);
    else if (why == POLYRAY_OTHER_CAPACITY)
        refuse(ctx, ctx->h_ValueError, "the ring in %s was made with another capacity than %llu",
               self->lies_in->path, (unsigned long long)self->capacity);
    return why != 0;
}

static int is_segment(HPyContext *ctx, HPy value)
{
    HPy type = HPyGlobal_Load(ctx, Segment_type);
    int found = HPy_TypeCheck(ctx, value, type);
    HPy_Close(ctx, type);
    if (!found) refuse(ctx, ctx->h_TypeError, "a ring lies in a Segment of the same route");
    return found;
}

static HPy made_in(HPyContext *ctx, HPy type, HPy segment, long long offset, long long capacity)
{
    if (!is_segment(ctx, segment)) return HPy_NULL;
    Segment *memory = Segment_AsStruct(ctx, segment);
    long long size = (long long)memory->memory.size;
    if (capacity < 8 || capacity > POLYRAY_MOST_CAPACITY || offset < 0 || offset % 8 ||
        offset > size || capacity > size - offset - POLYRAY_HEAD_BYTES)
        return refuse(ctx, ctx->h_ValueError, "no ring of %lld bytes at %lld of %s", capacity,
                      offset, memory->path);
    if (!is_open(ctx, memory) || !prefaulted(ctx, memory)) return HPy_NULL;
    Ring *self;
    HPy made = HPy_New(ctx, type, &self);
    if (HPy_IsNull(made)) return HPy_NULL;
    HPyField_Store(ctx, made, &self->segment, segment);
    self->lies_in = memory;
    self->head = memory->memory.base + offset;
    self->capacity = (uint64_t)capacity;
    if (refused(ctx, polyray_ring_open(self->head, self->capacity), self)) {
        HPy_Close(ctx, made);
        return HPy_NULL;
    }
    return made;
}

HPyDef_SLOT(Ring_new, HPy_tp_new)
static HPy Ring_new_impl(HPyContext *ctx, HPy type, const HPy *given, HPy_ssize_t count, HPy named)
{
    static const char *names[] = {"segment", "offset", "capacity", NULL};
    HPyTracker tracker;
    HPy segment;
    long long offset, capacity;
    if (!HPyArg_ParseKeywordsDict(ctx, &tracker, given, count, named, "OLL", names, &segment,
                                  &offset, &capacity))
        return HPy_NULL;
    HPy made = made_in(ctx, type, segment, offset, capacity);
    HPyTracker_Close(ctx, tracker);
    return made;
}

HPyDef_SLOT(Ring_traverse, HPy_tp_traverse)
static int Ring_traverse_impl(void *data, HPyFunc_visitproc visit, void *arg)
{
    Ring *self = data;
    HPy_VISIT(&self->segment);
    return 0;
}

HPyDef_METH(Ring_write, "write", HPyFunc_O)
static HPy Ring_write_impl(HPyContext *ctx, HPy owner, HPy frame)
{
    Ring *self = Ring_AsStruct(ctx, owner);
    HPy held;
    const char *first;
    HPy_ssize_t length;
    if (!is_open(ctx, self->lies_in) || !borrowed(ctx, frame, &held, &first, &length))
        return HPy_NULL;
    int wrote = polyray_ring_write(self->head, self->capacity, first, (uint64_t)length);
    HPy_Close(ctx, held);
    if (wrote == POLYRAY_BROKEN) return broken(ctx, self);
    if (wrote == POLYRAY_NEVER)
        return refuse(ctx, ctx->h_ValueError, "a frame of %zd bytes in a ring of %llu", length,
                      (unsigned long long)self->capacity);
    return HPyLong_FromLong(ctx, wrote);
}

/* A frame as bytes; one that goes around the end of the ring is put together first. */
static HPy bytes_of(HPyContext *ctx, const polyray_frame *frame)
{
    HPy_ssize_t length = (HPy_ssize_t)(frame->first_bytes + frame->second_bytes);
    if (frame->second_bytes == 0)
        return HPyBytes_FromStringAndSize(ctx, (const char *)frame->first, length);
    char *whole = malloc((size_t)length);
    if (whole == NULL) return HPyErr_NoMemory(ctx);
    polyray_frame_copy(frame, whole);
    HPy made = HPyBytes_FromStringAndSize(ctx, whole, length);
    free(whole);
    return made;
}

static int append(HPyContext *ctx, HPy list, const polyray_frame *frame)
{
    HPy made = bytes_of(ctx, frame);
    if (HPy_IsNull(made)) return -1;
    int error = HPyList_Append(ctx, list, made);
    HPy_Close(ctx, made);
    return error;
}

HPyDef_METH(Ring_frames, "frames", HPyFunc_NOARGS)
static HPy Ring_frames_impl(HPyContext *ctx, HPy owner)
{
    Ring *self = Ring_AsStruct(ctx, owner);
    polyray_seen seen;
    polyray_frame frame;
    if (!is_open(ctx, self->lies_in)) return HPy_NULL;
    if (polyray_ring_look(self->head, self->capacity, &seen) < 0) return broken(ctx, self);
    HPy found = HPyList_New(ctx, 0);
    if (HPy_IsNull(found) || seen.at == seen.until) return found;
    int more;
    while ((more = polyray_ring_next(self->head, self->capacity, &seen, &frame)) == 1) {
        if (append(ctx, found, &frame) < 0) {
            HPy_Close(ctx, found);
            return HPy_NULL;
        }
    }
    if (more < 0) {
        HPy_Close(ctx, found);
        return broken(ctx, self);
    }
    polyray_ring_release(self->head, self->capacity, &seen);
    return found;
}

typedef struct {
    const Ring *ring;
    uint64_t room;
} Room;

static int32_t frame_there(const void *what, uint64_t left_ns)
{
    const Ring *ring = what;
    return polyray_ring_wait(ring->head, ring->capacity, spins, left_ns);
}

static int32_t room_there(const void *what, uint64_t left_ns)
{
    const Room *wanted = what;
    const Ring *ring = wanted->ring;
    return polyray_ring_wait_for_room(ring->head, ring->capacity, wanted->room, spins, left_ns);
}

HPyDef_METH(Ring_wait, "wait", HPyFunc_O)
static HPy Ring_wait_impl(HPyContext *ctx, HPy owner, HPy timeout)
{
    Ring *self = Ring_AsStruct(ctx, owner);
    uint64_t timeout_ns;
    if (!is_open(ctx, self->lies_in) || !seconds(ctx, timeout, &timeout_ns)) return HPy_NULL;
    return waited(ctx, frame_there, self, timeout_ns);
}

HPyDef_METH(Ring_wait_for_room, "wait_for_room", HPyFunc_VARARGS)
static HPy Ring_wait_for_room_impl(HPyContext *ctx, HPy owner, const HPy *given, size_t count)
{
    Ring *self = Ring_AsStruct(ctx, owner);
    uint64_t timeout_ns;
    Room wanted = {.ring = self};
    if (!counted(ctx, "wait_for_room", count, 2) || !unsigned_number(ctx, given[0], &wanted.room) ||
        !seconds(ctx, given[1], &timeout_ns) || !is_open(ctx, self->lies_in))
        return HPy_NULL;
    if (wanted.room > self->capacity) wanted.room = self->capacity;
    return waited(ctx, room_there, &wanted, timeout_ns);
}

HPyDef_METH(Ring_doze, "doze", HPyFunc_NOARGS)
static HPy Ring_doze_impl(HPyContext *ctx, HPy owner)
{
    Ring *self = Ring_AsStruct(ctx, owner);
    if (!is_open(ctx, self->lies_in)) return HPy_NULL;
    return HPyBool_FromBool(ctx, polyray_ring_doze(self->head, self->capacity));
}

HPyDef_GET(Ring_segment, "segment")
static HPy Ring_segment_get(HPyContext *ctx, HPy owner, void *unused)
{
    return HPyField_Load(ctx, owner, Ring_AsStruct(ctx, owner)->segment);
}

HPyDef_GET(Ring_capacity, "capacity")
static HPy Ring_capacity_get(HPyContext *ctx, HPy owner, void *unused)
{
    return HPyLong_FromUInt64_t(ctx, Ring_AsStruct(ctx, owner)->capacity);
}

static HPyDef *defines[] = {
    &Ring_new, &Ring_traverse, &Ring_write, &Ring_frames, &Ring_wait, &Ring_wait_for_room,
    &Ring_doze, &Ring_segment, &Ring_capacity, NULL
};

HPyType_Spec Ring_spec = {
    .name = "_polyray_hpy.Ring",
    .doc = "Frames from one writer to one reader.",
    .basicsize = sizeof(Ring),
    .flags = HPy_TPFLAGS_DEFAULT | HPy_TPFLAGS_HAVE_GC,
    .builtin_shape = SHAPE(Ring),
    .defines = defines,
};
