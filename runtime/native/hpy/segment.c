/* Segment: a file that several processes read and write. */
#include "route.h"

#include <stdlib.h>
#include <string.h>

HPyDef_SLOT(Segment_new, HPy_tp_new)
static HPy Segment_new_impl(HPyContext *ctx, HPy type, const HPy *given, HPy_ssize_t count, HPy named)
{
    static const char *names[] = {"path", "size", NULL};
    HPyTracker tracker;
    HPy path, wanted = ctx->h_None;
    if (!HPyArg_ParseKeywordsDict(ctx, &tracker, given, count, named, "O|O", names, &path, &wanted))
        return HPy_NULL;
    long long size = -1;
    HPy made = HPy_NULL, encoded = HPy_NULL;
    Segment *self;
    if (!HPyUnicode_Check(ctx, path)) {
        refuse(ctx, ctx->h_TypeError, "the path of a segment is a string");
        goto done;
    }
    if (!HPy_Is(ctx, wanted, ctx->h_None)) {
        if (!signed_number(ctx, wanted, &size)) goto done;
        if (size < 0) {
            refuse(ctx, ctx->h_ValueError, "a segment of %lld bytes", size);
            goto done;
        }
    }
    encoded = HPyUnicode_EncodeFSDefault(ctx, path);
    if (HPy_IsNull(encoded)) goto done;
    made = HPy_New(ctx, type, &self);
    if (HPy_IsNull(made)) goto done;
    self->memory.descriptor = -1;
    self->stride = 1;
    self->path = strdup(HPyBytes_AsString(ctx, encoded));
    int error = polyray_segment_open(&self->memory, self->path, size);
    if (error) {
        self->memory = (polyray_segment){.descriptor = -1};
        failed(ctx, error, self->path);
        HPy_Close(ctx, made);
        made = HPy_NULL;
    } else {
        self->shape = (HPy_ssize_t)self->memory.size;
    }
done:
    if (!HPy_IsNull(encoded)) HPy_Close(ctx, encoded);
    HPyTracker_Close(ctx, tracker);
    return made;
}

HPyDef_SLOT(Segment_destroy, HPy_tp_destroy)
static void Segment_destroy_impl(void *data)
{
    Segment *self = data;
    polyray_segment_unmap(&self->memory);
    free(self->path);
}

int is_open(HPyContext *ctx, Segment *self)
{
    if (!self->closed) return 1;
    refuse(ctx, ctx->h_ValueError, "the segment %s is closed", self->path);
    return 0;
}

static int within(HPyContext *ctx, Segment *self, long long offset, long long count)
{
    long long size = (long long)self->memory.size;
    if (offset >= 0 && count >= 0 && offset <= size && count <= size - offset) return 1;
    refuse(ctx, ctx->h_ValueError, "bytes %lld to %lld of a segment of %lld", offset,
           (long long)((unsigned long long)offset + (unsigned long long)count), size);
    return 0;
}

static int place(HPyContext *ctx, Segment *self, HPy value, long long count, uint64_t *offset)
{
    long long found;
    if (!signed_number(ctx, value, &found)) return 0;
    *offset = (uint64_t)found;
    return is_open(ctx, self) && within(ctx, self, found, count);
}

int prefaulted(HPyContext *ctx, Segment *self)
{
    if (self->memory.present) return 1;
    int error;
    HPy_BEGIN_LEAVE_PYTHON(ctx)
    error = polyray_segment_prefault(&self->memory);
    HPy_END_LEAVE_PYTHON(ctx)
    if (error) failed(ctx, error, self->path);
    return !error;
}

/* The address of a number. */
static void *number_at(HPyContext *ctx, Segment *self, HPy value)
{
    uint64_t offset;
    if (!place(ctx, self, value, 8, &offset) || !prefaulted(ctx, self)) return NULL;
    if (offset % 8 == 0) return self->memory.base + offset;
    refuse(ctx, ctx->h_ValueError, "no number lies at %llu: it is not aligned to 8 bytes",
           (unsigned long long)offset);
    return NULL;
}

HPyDef_METH(Segment_write, "write", HPyFunc_VARARGS)
static HPy Segment_write_impl(HPyContext *ctx, HPy owner, const HPy *given, size_t count)
{
    Segment *self = Segment_AsStruct(ctx, owner);
    HPy held;
    const char *first;
    HPy_ssize_t length;
    uint64_t offset;
    int error;
    if (!counted(ctx, "write", count, 2)) return HPy_NULL;
    if (!borrowed(ctx, given[1], &held, &first, &length)) return HPy_NULL;
    if (!place(ctx, self, given[0], length, &offset)) {
        HPy_Close(ctx, held);
        return HPy_NULL;
    }
    if (length >= LONG_COPY_BYTES || !self->memory.present) {
        HPy_BEGIN_LEAVE_PYTHON(ctx)
        error = polyray_segment_write(&self->memory, offset, first, (uint64_t)length);
        HPy_END_LEAVE_PYTHON(ctx)
    } else {
        error = polyray_segment_write(&self->memory, offset, first, (uint64_t)length);
    }
    HPy_Close(ctx, held);
    return error ? failed(ctx, error, self->path) : HPy_Dup(ctx, ctx->h_None);
}

HPyDef_METH(Segment_read, "read", HPyFunc_VARARGS)
static HPy Segment_read_impl(HPyContext *ctx, HPy owner, const HPy *given, size_t count)
{
    Segment *self = Segment_AsStruct(ctx, owner);
    uint64_t offset;
    long long length;
    if (!counted(ctx, "read", count, 2) || !signed_number(ctx, given[1], &length) ||
        !place(ctx, self, given[0], length, &offset))
        return HPy_NULL;
    HPy part = HPy_NULL, slice = HPy_NULL;
    HPy whole = HPy_Call(ctx, ctx->h_MemoryViewType, &owner, 1, HPy_NULL);
    HPy ends[] = {HPyLong_FromUInt64_t(ctx, offset), HPyLong_FromUInt64_t(ctx, offset + length)};
    if (!HPy_IsNull(ends[0]) && !HPy_IsNull(ends[1]))
        slice = HPy_Call(ctx, ctx->h_SliceType, ends, 2, HPy_NULL);
    if (!HPy_IsNull(whole) && !HPy_IsNull(slice)) part = HPy_GetItem(ctx, whole, slice);
    HPy made[] = {whole, ends[0], ends[1], slice};
    for (int i = 0; i < 4; i++)
        if (!HPy_IsNull(made[i])) HPy_Close(ctx, made[i]);
    return part;
}

HPyDef_SLOT(Segment_getbuffer, HPy_bf_getbuffer)
static int Segment_getbuffer_impl(HPyContext *ctx, HPy owner, HPy_buffer *view, int flags)
{
    static char nothing;
    Segment *self = Segment_AsStruct(ctx, owner);
    if (flags & 1) {                    /* PyBUF_WRITABLE */
        view->obj = HPy_NULL;
        refuse(ctx, ctx->h_BufferError, "a segment is read only");
        return -1;
    }
    *view = (HPy_buffer){
        .buf = self->memory.base == NULL ? (void *)&nothing : self->memory.base,
        .obj = HPy_Dup(ctx, owner),
        .len = self->shape,
        .itemsize = 1,
        .readonly = 1,
        .ndim = 1,
        .format = "B",
        .shape = &self->shape,
        .strides = &self->stride,
    };
    return 0;
}

HPyDef_METH(Segment_number, "number", HPyFunc_O)
static HPy Segment_number_impl(HPyContext *ctx, HPy owner, HPy offset)
{
    void *at = number_at(ctx, Segment_AsStruct(ctx, owner), offset);
    return at == NULL ? HPy_NULL : HPyLong_FromUInt64_t(ctx, polyray_load(at));
}

HPyDef_METH(Segment_cas, "cas", HPyFunc_VARARGS)
static HPy Segment_cas_impl(HPyContext *ctx, HPy owner, const HPy *given, size_t count)
{
    uint64_t expected, wanted;
    if (!counted(ctx, "cas", count, 3)) return HPy_NULL;
    void *at = number_at(ctx, Segment_AsStruct(ctx, owner), given[0]);
    if (at == NULL || !unsigned_number(ctx, given[1], &expected) ||
        !unsigned_number(ctx, given[2], &wanted))
        return HPy_NULL;
    return HPyLong_FromUInt64_t(ctx, polyray_cas(at, expected, wanted));
}

HPyDef_METH(Segment_fetch_add, "fetch_add", HPyFunc_VARARGS)
static HPy Segment_fetch_add_impl(HPyContext *ctx, HPy owner, const HPy *given, size_t count)
{
    if (!counted(ctx, "fetch_add", count, 2)) return HPy_NULL;
    void *at = number_at(ctx, Segment_AsStruct(ctx, owner), given[0]);
    if (at == NULL) return HPy_NULL;
    uint64_t amount = HPyLong_AsUInt64_tMask(ctx, given[1]);
    if (HPyErr_Occurred(ctx)) return HPy_NULL;
    return HPyLong_FromUInt64_t(ctx, polyray_add(at, amount));
}

typedef struct {
    void *at;
    uint64_t value;
} Change;

static int32_t change(const void *what, uint64_t left_ns)
{
    const Change *wanted = what;
    return polyray_wait(wanted->at, wanted->value, spins, left_ns);
}

HPyDef_METH(Segment_wait, "wait", HPyFunc_VARARGS)
static HPy Segment_wait_impl(HPyContext *ctx, HPy owner, const HPy *given, size_t count)
{
    uint64_t timeout_ns;
    Change wanted;
    if (!counted(ctx, "wait", count, 3)) return HPy_NULL;
    wanted.at = number_at(ctx, Segment_AsStruct(ctx, owner), given[0]);
    if (wanted.at == NULL || !unsigned_number(ctx, given[1], &wanted.value) ||
        !seconds(ctx, given[2], &timeout_ns))
        return HPy_NULL;
    return waited(ctx, change, &wanted, timeout_ns);
}

HPyDef_METH(Segment_wake, "wake", HPyFunc_O)
static HPy Segment_wake_impl(HPyContext *ctx, HPy owner, HPy offset)
{
    void *at = number_at(ctx, Segment_AsStruct(ctx, owner), offset);
    if (at == NULL) return HPy_NULL;
    polyray_wake(at);
    return HPy_Dup(ctx, ctx->h_None);
}

HPyDef_METH(Segment_prefault, "prefault", HPyFunc_NOARGS)
static HPy Segment_prefault_impl(HPyContext *ctx, HPy owner)
{
    Segment *self = Segment_AsStruct(ctx, owner);
    if (!is_open(ctx, self) || !prefaulted(ctx, self)) return HPy_NULL;
    return HPy_Dup(ctx, ctx->h_None);
}

static HPy closed(HPyContext *ctx, HPy owner)
{
    Segment *self = Segment_AsStruct(ctx, owner);
    if (!self->closed) {
        self->closed = 1;
        polyray_segment_close(&self->memory);
    }
    return HPy_Dup(ctx, ctx->h_None);
}

HPyDef_METH(Segment_close, "close", HPyFunc_NOARGS)
static HPy Segment_close_impl(HPyContext *ctx, HPy owner)
{
    return closed(ctx, owner);
}

HPyDef_METH(Segment_enter, "__enter__", HPyFunc_NOARGS)
static HPy Segment_enter_impl(HPyContext *ctx, HPy owner)
{
    return HPy_Dup(ctx, owner);
}

HPyDef_METH(Segment_exit, "__exit__", HPyFunc_VARARGS)
static HPy Segment_exit_impl(HPyContext *ctx, HPy owner, const HPy *given, size_t count)
{
    return closed(ctx, owner);
}

HPyDef_GET(Segment_path, "path")
static HPy Segment_path_get(HPyContext *ctx, HPy owner, void *unused)
{
    return HPyUnicode_DecodeFSDefault(ctx, Segment_AsStruct(ctx, owner)->path);
}

HPyDef_GET(Segment_size, "size")
static HPy Segment_size_get(HPyContext *ctx, HPy owner, void *unused)
{
    return HPyLong_FromUInt64_t(ctx, Segment_AsStruct(ctx, owner)->memory.size);
}

static HPyDef *defines[] = {
    &Segment_new, &Segment_destroy, &Segment_getbuffer, &Segment_write, &Segment_read,
    &Segment_number, &Segment_cas, &Segment_fetch_add, &Segment_wait, &Segment_wake,
    &Segment_prefault, &Segment_close, &Segment_enter, &Segment_exit, &Segment_path, &Segment_size,
    NULL
};

HPyType_Spec Segment_spec = {
    .name = "_polyray_hpy.Segment",
    .doc = "A file that several processes read and write.",
    .basicsize = sizeof(Segment),
    .builtin_shape = SHAPE(Segment),
    .defines = defines,
};
