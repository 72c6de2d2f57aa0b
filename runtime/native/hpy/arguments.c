/* Arguments of calls, errors, and waiting while others run. */
#include "route.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define MOST_NS (((uint64_t)1) << 62)
#define MESSAGE_BYTES 4400              /* a path and some words */

HPy refuse(HPyContext *ctx, HPy type, const char *format, ...)
{
    char message[MESSAGE_BYTES];
    va_list given;
    va_start(given, format);
    vsnprintf(message, sizeof message, format, given);
    va_end(given);
    HPyErr_SetString(ctx, type, message);
    return HPy_NULL;
}

HPy failed(HPyContext *ctx, int error, const char *path)
{
    errno = error;
    HPyErr_SetFromErrnoWithFilename(ctx, ctx->h_OSError, path);
    return HPy_NULL;
}

int counted(HPyContext *ctx, const char *name, size_t found, size_t wanted)
{
    if (found == wanted) return 1;
    refuse(ctx, ctx->h_TypeError, "%s() takes %zu arguments (%zu given)", name, wanted, found);
    return 0;
}

int signed_number(HPyContext *ctx, HPy value, long long *found)
{
    *found = HPyLong_AsLongLong(ctx, value);
    return !(*found == -1 && HPyErr_Occurred(ctx));
}

int unsigned_number(HPyContext *ctx, HPy value, uint64_t *found)
{
    *found = HPyLong_AsUInt64_t(ctx, value);
    return !(*found == (uint64_t)-1 && HPyErr_Occurred(ctx));
}

int seconds(HPyContext *ctx, HPy value, uint64_t *nanoseconds)
{
    double given = HPyFloat_AsDouble(ctx, value);
    if (given == -1.0 && HPyErr_Occurred(ctx)) return 0;
    given *= 1e9;
    *nanoseconds = given > 0 ? given < MOST_NS ? (uint64_t)given : MOST_NS : 0;
    return 1;
}

/* Bytes of a memoryview of the object; HPy_NULL where it has none, or none in one piece. */
static HPy copied(HPyContext *ctx, HPy source)
{
    HPy view = HPy_Call(ctx, ctx->h_MemoryViewType, &source, 1, HPy_NULL);
    if (HPy_IsNull(view)) return HPy_NULL;
    HPy made = HPy_NULL;
    HPy together = HPy_GetAttr_s(ctx, view, "c_contiguous");
    if (!HPy_IsNull(together)) {
        if (HPy_IsTrue(ctx, together))
            made = HPy_Call(ctx, ctx->h_BytesType, &view, 1, HPy_NULL);
        else
            refuse(ctx, ctx->h_BufferError, "the bytes do not lie in one piece");
        HPy_Close(ctx, together);
    }
    HPy_Close(ctx, view);
    return made;
}

int borrowed(HPyContext *ctx, HPy source, HPy *held, const char **first, HPy_ssize_t *count)
{
    *held = HPyBytes_Check(ctx, source) ? HPy_Dup(ctx, source) : copied(ctx, source);
    if (HPy_IsNull(*held)) return 0;
    *first = HPyBytes_AsString(ctx, *held);
    *count = HPyBytes_Size(ctx, *held);
    return 1;
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
}

/* Let signal handlers run, which they do while Python code does; 0 if one has raised something. */
static int handled(HPyContext *ctx)
{
    HPy ran = HPy_NULL;
    HPy names = HPyDict_New(ctx);
    HPy code = HPy_Compile_s(ctx, "for _ in range(100): pass\n", "<wait>", HPy_SourceKind_File);
    if (!HPy_IsNull(names) && !HPy_IsNull(code)) ran = HPy_EvalCode(ctx, code, names, names);
    int well = !HPy_IsNull(ran);
    if (!HPy_IsNull(names)) HPy_Close(ctx, names);
    if (!HPy_IsNull(code)) HPy_Close(ctx, code);
    if (well) HPy_Close(ctx, ran);
    return well;
}

HPy waited(HPyContext *ctx, Once once, const void *what, uint64_t timeout_ns)
{
    uint64_t until_ns = now_ns() + timeout_ns, left_ns = timeout_ns;
    int ended;
    for (;;) {
        HPy_BEGIN_LEAVE_PYTHON(ctx)
        ended = once(what, left_ns);
        HPy_END_LEAVE_PYTHON(ctx)
        if (ended >= 0) return HPyBool_FromBool(ctx, ended);
        if (!handled(ctx)) return HPy_NULL;
        uint64_t now = now_ns();
        left_ns = until_ns > now ? until_ns - now : 0;
    }
}
