/* The functions of the suite by HPy, for its CPython ABI and its universal one. */
#include "hpy.h"

#include "border.h"

#define INIT_(name, definition) HPy_MODINIT(name, definition)
#define INIT(name, definition) INIT_(name, definition)

HPyDef_METH(nothing, "nothing", HPyFunc_NOARGS)
static HPy nothing_impl(HPyContext *ctx, HPy self) {
    border_nothing();
    return HPy_Dup(ctx, ctx->h_None);
}

static int two(HPyContext *ctx, size_t count) {
    if (count == 2)
        return 1;
    HPyErr_SetString(ctx, ctx->h_TypeError, "two arguments are needed");
    return 0;
}

HPyDef_METH(add, "add", HPyFunc_VARARGS)
static HPy add_impl(HPyContext *ctx, HPy self, const HPy *given, size_t count) {
    if (!two(ctx, count))
        return HPy_NULL;
    long long a = HPyLong_AsLongLong(ctx, given[0]);
    long long b = HPyLong_AsLongLong(ctx, given[1]);
    if ((a == -1 || b == -1) && HPyErr_Occurred(ctx))
        return HPy_NULL;
    return HPyLong_FromLongLong(ctx, border_add(a, b));
}

HPyDef_METH(hypotenuse, "hypotenuse", HPyFunc_VARARGS)
static HPy hypotenuse_impl(HPyContext *ctx, HPy self, const HPy *given, size_t count) {
    if (!two(ctx, count))
        return HPy_NULL;
    double x = HPyFloat_AsDouble(ctx, given[0]);
    double y = HPyFloat_AsDouble(ctx, given[1]);
    if ((x == -1.0 || y == -1.0) && HPyErr_Occurred(ctx))
        return HPy_NULL;
    return HPyFloat_FromDouble(ctx, border_hypotenuse(x, y));
}

/* Of bytes alone: HPy 0.9 cannot borrow another object's buffer. */
HPyDef_METH(sum_bytes, "sum_bytes", HPyFunc_O)
static HPy sum_bytes_impl(HPyContext *ctx, HPy self, HPy data) {
    if (!HPyBytes_Check(ctx, data)) {
        HPyErr_SetString(ctx, ctx->h_TypeError, "HPy 0.9 cannot borrow a buffer");
        return HPy_NULL;
    }
    const char *first = HPyBytes_AsString(ctx, data);
    HPy_ssize_t count = HPyBytes_Size(ctx, data);
    return HPyLong_FromLongLong(ctx, border_sum_bytes((const uint8_t *)first, count));
}

HPyDef_METH(fill, "fill", HPyFunc_VARARGS)
static HPy fill_impl(HPyContext *ctx, HPy self, const HPy *given, size_t count) {
    HPyErr_SetString(ctx, ctx->h_TypeError, "HPy 0.9 cannot borrow a buffer");
    return HPy_NULL;
}

HPyDef_METH(build, "build", HPyFunc_O)
static HPy build_impl(HPyContext *ctx, HPy self, HPy length) {
    HPy_ssize_t count = HPyLong_AsSsize_t(ctx, length);
    if (count == -1 && HPyErr_Occurred(ctx))
        return HPy_NULL;
    HPyListBuilder builder = HPyListBuilder_New(ctx, count);
    for (HPy_ssize_t i = 0; i < count; i++) {
        HPy number = HPyLong_FromLongLong(ctx, 1000 + i);
        if (HPy_IsNull(number)) {
            HPyListBuilder_Cancel(ctx, builder);
            return HPy_NULL;
        }
        HPyListBuilder_Set(ctx, builder, i, number);
        HPy_Close(ctx, number);
    }
    return HPyListBuilder_Build(ctx, builder);
}

/* By a tuple: HPy_Call, which needs none, ends PyPy 7.3, and the binary has to be good for all. */
static HPy called(HPyContext *ctx, HPy function, HPy argument) {
    HPy packed = HPyTuple_FromArray(ctx, &argument, 1);
    if (HPy_IsNull(packed))
        return HPy_NULL;
    HPy result = HPy_CallTupleDict(ctx, function, packed, HPy_NULL);
    HPy_Close(ctx, packed);
    return result;
}

HPyDef_METH(call_back, "call_back", HPyFunc_VARARGS)
static HPy call_back_impl(HPyContext *ctx, HPy self, const HPy *given, size_t count) {
    if (!two(ctx, count))
        return HPy_NULL;
    long long times = HPyLong_AsLongLong(ctx, given[1]);
    if (times == -1 && HPyErr_Occurred(ctx))
        return HPy_NULL;
    long long sum = 0;
    for (long long i = 0; i < times; i++) {
        HPy number = HPyLong_FromLongLong(ctx, i);
        if (HPy_IsNull(number))
            return HPy_NULL;
        HPy result = called(ctx, given[0], number);
        HPy_Close(ctx, number);
        if (HPy_IsNull(result))
            return HPy_NULL;
        sum += HPyLong_AsLongLong(ctx, result);
        HPy_Close(ctx, result);
        if (HPyErr_Occurred(ctx))
            return HPy_NULL;
    }
    return HPyLong_FromLongLong(ctx, sum);
}

/* A handle that nobody closes: what a leak detector has to see before its silence means anything. */
HPyDef_METH(leak, "leak", HPyFunc_NOARGS)
static HPy leak_impl(HPyContext *ctx, HPy self) {
    HPyLong_FromLong(ctx, 424242);
    return HPy_Dup(ctx, ctx->h_None);
}

/* --- an object ------------------------------------------------------------------------------ */

typedef struct {
    border_point point;
} Point;

HPyType_HELPERS(Point)

HPyDef_SLOT(Point_new, HPy_tp_new)
static HPy Point_new_impl(HPyContext *ctx, HPy type, const HPy *given, HPy_ssize_t count, HPy named) {
    if (!two(ctx, (size_t)count))
        return HPy_NULL;
    long long x = HPyLong_AsLongLong(ctx, given[0]);
    long long y = HPyLong_AsLongLong(ctx, given[1]);
    if ((x == -1 || y == -1) && HPyErr_Occurred(ctx))
        return HPy_NULL;
    Point *point;
    HPy made = HPy_New(ctx, type, &point);
    if (!HPy_IsNull(made))
        point->point = (border_point){x, y};
    return made;
}

HPyDef_METH(Point_norm, "norm", HPyFunc_NOARGS)
static HPy Point_norm_impl(HPyContext *ctx, HPy self) {
    return HPyLong_FromLongLong(ctx, border_norm(&Point_AsStruct(ctx, self)->point));
}

HPyDef_MEMBER(Point_x, "x", HPyMember_LONGLONG, offsetof(Point, point.x))
HPyDef_MEMBER(Point_y, "y", HPyMember_LONGLONG, offsetof(Point, point.y))

static HPyDef *Point_defines[] = {&Point_new, &Point_norm, &Point_x, &Point_y, NULL};

static HPyType_Spec Point_spec = {
    .name = "border.Point",
    .basicsize = sizeof(Point),
    .builtin_shape = SHAPE(Point),
    .defines = Point_defines,
};

HPyDef_SLOT(executed, HPy_mod_exec)
static int executed_impl(HPyContext *ctx, HPy module) {
    return HPyHelpers_AddType(ctx, module, "Point", &Point_spec, NULL) ? 0 : -1;
}

static HPyDef *defines[] = {
    &executed, &nothing, &add, &hypotenuse, &sum_bytes, &fill, &build, &call_back, &leak, NULL,
};

static HPyModuleDef definition = {.defines = defines};

INIT(MODULE, definition)
