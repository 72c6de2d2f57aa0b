/* The module _polyray_hpy: Segment and Ring for HPy, of either ABI. */
#define _GNU_SOURCE
#include "route.h"

#include <sched.h>

#define SPINS 2000                      /* where there are processors for both sides */

HPyGlobal Segment_type;
uint32_t spins;

HPyDef_METH(crc32c, "crc32c", HPyFunc_VARARGS)
static HPy crc32c_impl(HPyContext *ctx, HPy module, const HPy *given, size_t count)
{
    HPy held;
    const char *first;
    HPy_ssize_t length;
    uint64_t before = 0, found;
    if (count != 1 && !counted(ctx, "crc32c", count, 2)) return HPy_NULL;
    if (count == 2 && !unsigned_number(ctx, given[1], &before)) return HPy_NULL;
    if (!borrowed(ctx, given[0], &held, &first, &length)) return HPy_NULL;
    if (length >= LONG_COPY_BYTES) {
        HPy_BEGIN_LEAVE_PYTHON(ctx)
        found = polyray_crc32c(before, first, (uint64_t)length);
        HPy_END_LEAVE_PYTHON(ctx)
    } else {
        found = polyray_crc32c(before, first, (uint64_t)length);
    }
    HPy_Close(ctx, held);
    return HPyLong_FromUInt64_t(ctx, found);
}

/* A handle that nobody closes: what a leak detector has to see before its silence means anything. */
HPyDef_METH(leak, "_leak", HPyFunc_NOARGS)
static HPy leak_impl(HPyContext *ctx, HPy module)
{
    HPyLong_FromLong(ctx, 424242);
    return HPy_Dup(ctx, ctx->h_None);
}

static uint32_t useful_spins(void)
{
    cpu_set_t processors;
    CPU_ZERO(&processors);
    if (sched_getaffinity(0, sizeof processors, &processors) < 0) return SPINS;
    return CPU_COUNT(&processors) > 1 ? SPINS : 0;
}

HPyDef_SLOT(execute, HPy_mod_exec)
static int execute_impl(HPyContext *ctx, HPy module)
{
    spins = useful_spins();
    HPy segment = HPyType_FromSpec(ctx, &Segment_spec, NULL);
    if (HPy_IsNull(segment)) return -1;
    HPyGlobal_Store(ctx, &Segment_type, segment);
    int error = HPy_SetAttr_s(ctx, module, "Segment", segment);
    HPy_Close(ctx, segment);
    if (error < 0 || !HPyHelpers_AddType(ctx, module, "Ring", &Ring_spec, NULL)) return -1;
    HPy version = HPyLong_FromLong(ctx, polyray_layout());
    if (HPy_IsNull(version)) return -1;
    error = HPy_SetAttr_s(ctx, module, "LAYOUT", version);
    HPy_Close(ctx, version);
    return error;
}

static HPyDef *defines[] = {&execute, &crc32c, &leak, NULL};
static HPyGlobal *globals[] = {&Segment_type, NULL};

static HPyModuleDef definition = {.defines = defines, .globals = globals};

HPy_MODINIT(_polyray_hpy, definition)
