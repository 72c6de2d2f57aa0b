/* What the files of this route share: the two types, and how arguments become numbers.
 *
 * HPy has no way to borrow another object's buffer, to format an error or to look for signals: bytes
 * are taken as they are and everything else by way of a copy, messages are written here, and signal
 * handlers run because a little Python code does.
 */
#ifndef POLYRAY_ROUTE_H
#define POLYRAY_ROUTE_H

#include "hpy.h"

#include "polyray_native.h"

#define LONG_COPY_BYTES (64 * 1024)     /* from here on others may run meanwhile */

typedef struct {
    polyray_segment memory;
    char *path;
    int closed;
    HPy_ssize_t shape, stride;          /* of its buffer */
} Segment;

typedef struct {
    HPyField segment;
    Segment *lies_in;                   /* the same one: it lives as long as the field holds it */
    uint8_t *head;
    uint64_t capacity;
} Ring;

HPyType_HELPERS(Segment)
HPyType_HELPERS(Ring)

extern HPyType_Spec Segment_spec, Ring_spec;
extern HPyGlobal Segment_type;
extern uint32_t spins;                  /* looks before one sleeps */

/* Set an exception with such a message; HPy_NULL. */
HPy refuse(HPyContext *ctx, HPy type, const char *format, ...) __attribute__((format(printf, 3, 4)));
HPy failed(HPyContext *ctx, int error, const char *path);

/* Each sets an exception and gives 0 where something is wrong. */
int counted(HPyContext *ctx, const char *name, size_t found, size_t wanted);
int signed_number(HPyContext *ctx, HPy value, long long *found);
int unsigned_number(HPyContext *ctx, HPy value, uint64_t *found);
int seconds(HPyContext *ctx, HPy value, uint64_t *nanoseconds);
int is_open(HPyContext *ctx, Segment *self);
int prefaulted(HPyContext *ctx, Segment *self);

/* The bytes of whatever has some, in `held`, which has to be closed. */
int borrowed(HPyContext *ctx, HPy source, HPy *held, const char **first, HPy_ssize_t *count);

/* Waits by the function until it says something else than -1; signal handlers run meanwhile. */
typedef int32_t (*Once)(const void *what, uint64_t left_ns);
HPy waited(HPyContext *ctx, Once once, const void *what, uint64_t timeout_ns);

#endif
