/* A type with a member and a method, by HPy's universal ABI. */

#include "hpy.h"

typedef struct {
    long value;
} Counter;
HPyType_HELPERS(Counter)

HPyDef_SLOT(counter_new, HPy_tp_new)
static HPy counter_new_impl(HPyContext *ctx, HPy type, const HPy *args, HPy_ssize_t count, HPy keywords)
{
    Counter *counter;
    long value;
    if (!HPyArg_Parse(ctx, NULL, args, count, "l", &value))
        return HPy_NULL;
    HPy made = HPy_New(ctx, type, &counter);
    if (!HPy_IsNull(made))
        counter->value = value;
    return made;
}

HPyDef_METH(counter_add, "add", HPyFunc_O)
static HPy counter_add_impl(HPyContext *ctx, HPy self, HPy amount)
{
    long value = HPyLong_AsLong(ctx, amount);
    if (value == -1 && HPyErr_Occurred(ctx))
        return HPy_NULL;
    Counter *counter = Counter_AsStruct(ctx, self);
    counter->value += value;
    return HPyLong_FromLong(ctx, counter->value);
}

HPyDef_MEMBER(counter_value, "value", HPyMember_LONG, offsetof(Counter, value))

static HPyDef *counter_defines[] = {&counter_new, &counter_add, &counter_value, NULL};
static HPyType_Spec counter_spec = {
    .name = "counter.Counter",
    .basicsize = sizeof(Counter),
    .builtin_shape = SHAPE(Counter),
    .defines = counter_defines,
};

HPyDef_SLOT(counter_exec, HPy_mod_exec)
static int counter_exec_impl(HPyContext *ctx, HPy module)
{
    return HPyHelpers_AddType(ctx, module, "Counter", &counter_spec, NULL) ? 0 : -1;
}

static HPyDef *module_defines[] = {&counter_exec, NULL};
static HPyModuleDef module_definition = {
    .doc = "Counts.",
    .defines = module_defines,
};

HPy_MODINIT(counter, module_definition)
