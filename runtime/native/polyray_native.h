/* The core of polyray: what a route into an interpreter is made of. LAYOUT.md says what lies where.
 *
 * 64-bit little-endian Linux only. Nothing here knows Python, keeps state of its own or takes a
 * lock: a call may be made without the GIL, from any thread. What waits returns -1 from time to time
 * and when a signal came, so that handlers can run; the caller then goes on waiting for what is left
 * of its time.
 */
#ifndef POLYRAY_NATIVE_H
#define POLYRAY_NATIVE_H

#include <stdint.h>

#define POLYRAY_LAYOUT 2
#define POLYRAY_HEAD_BYTES 192      /* of a ring, before its bytes */
#define POLYRAY_MOST_CAPACITY (1u << 30)

enum {
    POLYRAY_NEVER = -1,             /* a frame is longer than its ring */
    POLYRAY_BROKEN = -2,            /* the peer has written what no ring can hold */
    POLYRAY_OTHER_LAYOUT = -3,      /* something else lies there, or another version of it */
    POLYRAY_OTHER_CAPACITY = -4     /* the ring was made with another capacity */
};

/* The layout that the library was built with. */
int32_t polyray_layout(void);

/* --- memory ------------------------------------------------------------------------------ */

/* Copies bytes, which may overlap; large ones go past the caches. */
void polyray_copy(void *to, const void *from, uint64_t count);

/* Have every page of a file now, which is mapped at `base`: 0, or the C library's error. A page that
 * is missing when memory has run out is an error here, and a signal when it is touched. */
int32_t polyray_prefault(int32_t descriptor, void *base, uint64_t size);

/* CRC-32C of bytes behind others with that checksum (0: behind nothing). */
uint64_t polyray_crc32c(uint64_t before, const void *bytes, uint64_t count);

typedef struct {
    uint64_t start, end, kind;
} polyray_found;

/* Whole frames (`u32 length, u8 kind, body`) at the beginning of some bytes, at most `room`: how
 * many, and in `used` how many bytes they take; POLYRAY_BROKEN for what is no frame. */
int64_t polyray_scan(const void *bytes, uint64_t count, uint64_t most_bytes, int32_t last_kind,
                     polyray_found *found, uint64_t room, uint64_t *used);

/* --- numbers: unsigned, 64 bits, aligned to eight bytes ----------------------------------- */

uint64_t polyray_load(void *at);
uint64_t polyray_cas(void *at, uint64_t expected, uint64_t new_value);
uint64_t polyray_add(void *at, uint64_t amount);

/* Until the number is no longer `value`: 1; 0 after the timeout; -1: wait again. */
int32_t polyray_wait(void *at, uint64_t value, uint32_t spins, uint64_t timeout_ns);
void polyray_wake(void *at);

/* --- segments: 0, or the C library's number of the error ----------------------------------- */

typedef struct {
    uint8_t *base;                  /* where it is mapped; NULL if it is empty */
    uint64_t size;
    int32_t descriptor;             /* -1 once it is closed */
    uint32_t present;               /* every page is there and mapped for writing */
} polyray_segment;

/* Makes a file of that size, or opens one (size -1). */
int32_t polyray_segment_open(polyray_segment *segment, const char *path, int64_t size);

/* As polyray_prefault; needed before numbers and rings. Later writes are plain copies. */
int32_t polyray_segment_prefault(polyray_segment *segment);
int32_t polyray_segment_write(const polyray_segment *segment, uint64_t offset, const void *from,
                              uint64_t count);
void polyray_segment_close(polyray_segment *segment);  /* what is mapped stays so */
void polyray_segment_unmap(polyray_segment *segment);

/* --- rings: `head` is aligned to eight bytes, HEAD_BYTES + capacity bytes are mapped there -- */

int32_t polyray_ring_open(void *head, uint64_t capacity);

/* 0: no room now; 1: it is there; 2: it is there, and the reader dozes: tell it. */
int32_t polyray_ring_write(void *head, uint64_t capacity, const void *frame, uint64_t count);
int32_t polyray_ring_wait_for_room(void *head, uint64_t capacity, uint64_t count, uint32_t spins,
                                   uint64_t timeout_ns);

int32_t polyray_ring_wait(void *head, uint64_t capacity, uint32_t spins, uint64_t timeout_ns);

/* The reader is about to sleep elsewhere: 1, or 0 where there is a frame already. */
int32_t polyray_ring_doze(void *head, uint64_t capacity);

/* All frames that fit, one behind the other, and where each of them ends; how many. */
int64_t polyray_ring_take(void *head, uint64_t capacity, void *into, uint64_t room, uint64_t *ends,
                          uint64_t most);

/* The same one by one, to be copied straight to where they stay. */
typedef struct {
    uint64_t at, until;
} polyray_seen;

typedef struct {
    const uint8_t *first;
    uint64_t first_bytes;
    const uint8_t *second;
    uint64_t second_bytes;
} polyray_frame;

int32_t polyray_ring_look(void *head, uint64_t capacity, polyray_seen *seen);
int32_t polyray_ring_next(void *head, uint64_t capacity, polyray_seen *seen, polyray_frame *frame);
void polyray_frame_copy(const polyray_frame *frame, void *to);
void polyray_ring_release(void *head, uint64_t capacity, const polyray_seen *seen);

#endif
