/* Two threads on the core by its C ABI, for ThreadSanitizer and AddressSanitizer.
 *
 * threads            all of it; one line about what was done
 * threads race       planted: bytes are read after their room was given back
 * threads overflow   planted: a frame is written from beyond the end of its memory
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "polyray_native.h"

enum { FRAMES = 4000, MOST_BYTES = 3000, ADDITIONS = 20000 };
static const uint64_t LONG_NS = 30000000000u;
static const uint64_t CAPACITIES[] = {61, 64, 1000, 4096, 65536};

typedef struct {
    void *head;
    uint64_t capacity;
    uint32_t spins;
    int by_one, plants_race;        /* frames are taken one by one; the race is planted */
    pthread_mutex_t lock;           /* the reader dozes by these; told counts */
    pthread_cond_t tell;
    unsigned told;
} Shared;

static void need(int right, const char *what)
{
    if (!right) {
        fprintf(stderr, "threads: %s\n", what);
        exit(1);
    }
}

static uint64_t bytes_of(uint64_t number, uint64_t capacity)
{
    uint64_t most = capacity - 4 < MOST_BYTES ? capacity - 4 : MOST_BYTES;
    return number * 37 % (most + 1);
}

static uint8_t byte_of(uint64_t number, uint64_t at)
{
    return (uint8_t)(number * 31 + at);
}

static void *write_all(void *argument)
{
    Shared *shared = argument;
    for (uint64_t number = 0; number < FRAMES; number++) {
        uint64_t count = bytes_of(number, shared->capacity);
        uint8_t *frame = malloc(count + 1);
        for (uint64_t at = 0; at < count; at++)
            frame[at] = byte_of(number, at);
        int32_t wrote;
        while ((wrote = polyray_ring_write(shared->head, shared->capacity, frame, count)) == 0)
            need(polyray_ring_wait_for_room(shared->head, shared->capacity, count, shared->spins,
                                            LONG_NS) != 0, "no room for 30 s");
        need(wrote > 0, "a frame is refused");
        if (wrote == 2) {
            pthread_mutex_lock(&shared->lock);
            shared->told++;
            pthread_cond_signal(&shared->tell);
            pthread_mutex_unlock(&shared->lock);
        }
        free(frame);
    }
    return NULL;
}

static void check(uint64_t number, const uint8_t *frame, uint64_t count, uint64_t capacity)
{
    need(count == bytes_of(number, capacity), "a frame has another length");
    for (uint64_t at = 0; at < count; at++)
        need(frame[at] == byte_of(number, at), "a frame has other bytes");
}

static uint64_t take_together(Shared *shared, uint64_t number)
{
    uint8_t into[MOST_BYTES];
    uint64_t ends[16], start = 0;
    int64_t count =
        polyray_ring_take(shared->head, shared->capacity, into, sizeof into, ends, 16);
    need(count >= 0, "the ring is broken");
    for (int64_t index = 0; index < count; start = ends[index++])
        check(number + index, into + start, ends[index] - start, shared->capacity);
    return count;
}

static uint64_t take_one_by_one(Shared *shared, uint64_t number)
{
    uint8_t into[MOST_BYTES];
    polyray_seen seen;
    polyray_frame frame;
    uint64_t count = 0;
    need(polyray_ring_look(shared->head, shared->capacity, &seen) == 0, "the ring is broken");
    while (polyray_ring_next(shared->head, shared->capacity, &seen, &frame) == 1) {
        if (shared->plants_race)
            polyray_ring_release(shared->head, shared->capacity, &seen);
        polyray_frame_copy(&frame, into);
        if (!shared->plants_race)
            check(number + count, into, frame.first_bytes + frame.second_bytes, shared->capacity);
        count++;
    }
    polyray_ring_release(shared->head, shared->capacity, &seen);
    return count;
}

/* In turn: wait on the ring; sleep elsewhere until told. */
static void wait_for_frames(Shared *shared, unsigned *told, int turn)
{
    if (turn % 2) {
        need(polyray_ring_wait(shared->head, shared->capacity, shared->spins, LONG_NS) != 0,
             "no frame for 30 s");
    } else if (polyray_ring_doze(shared->head, shared->capacity)) {
        pthread_mutex_lock(&shared->lock);
        while (shared->told == *told)
            pthread_cond_wait(&shared->tell, &shared->lock);
        *told = shared->told;
        pthread_mutex_unlock(&shared->lock);
    }
}

static uint64_t pass_all(uint64_t capacity, uint32_t spins, int by_one, int plants_race)
{
    Shared shared = {.capacity = capacity, .spins = spins, .by_one = by_one,
                     .plants_race = plants_race};
    uint64_t bytes = 0;
    pthread_t writer;
    pthread_mutex_init(&shared.lock, NULL);
    pthread_cond_init(&shared.tell, NULL);
    shared.head = calloc(1, POLYRAY_HEAD_BYTES + capacity);
    need(polyray_ring_open(shared.head, capacity) == 0, "a ring is refused");
    pthread_create(&writer, NULL, write_all, &shared);
    unsigned told = 0;
    int turn = 0;
    for (uint64_t number = 0; number < FRAMES; turn++) {
        wait_for_frames(&shared, &told, turn);
        number += by_one ? take_one_by_one(&shared, number) : take_together(&shared, number);
    }
    pthread_join(writer, NULL);
    for (uint64_t number = 0; number < FRAMES; number++)
        bytes += bytes_of(number, capacity);
    free(shared.head);
    return bytes;
}

/* Two threads change a number in turn; what one wrote beside it, the other reads. */
typedef struct {
    uint64_t number, sum, beside;
} Turns;

static void *take_turns(void *argument)
{
    Turns *turns = argument;
    for (uint64_t mine = 0; mine < ADDITIONS; mine++) {
        uint64_t turn;
        polyray_add(&turns->sum, 1);
        while ((turn = polyray_load(&turns->number)) % 2 == 0)
            polyray_wait(&turns->number, turn, 100, LONG_NS);
        turns->beside++;
        polyray_cas(&turns->number, turn, turn + 1);
        polyray_wake(&turns->number);
    }
    return NULL;
}

static void numbers(void)
{
    Turns turns = {0, 0, 0};
    pthread_t other;
    pthread_create(&other, NULL, take_turns, &turns);
    for (uint64_t mine = 0; mine < ADDITIONS; mine++) {
        uint64_t turn;
        polyray_add(&turns.sum, 1);
        while ((turn = polyray_load(&turns.number)) % 2 == 1)
            polyray_wait(&turns.number, turn, 100, LONG_NS);
        turns.beside++;
        polyray_cas(&turns.number, turn, turn + 1);
        polyray_wake(&turns.number);
    }
    pthread_join(other, NULL);
    need(turns.sum == 2 * ADDITIONS && turns.beside == 2 * ADDITIONS, "an addition is lost");
}

/* Copies of all small sizes and around the threshold of streaming, in memory of just that size. */
static void copies(void)
{
    for (uint64_t count = 0; count < 300 || count == (8u << 20) + 77;
         count = count == 299 ? (8u << 20) + 77 : count + 1) {
        uint8_t *from = malloc(count + 1), *to = malloc(count + 1);
        memset(from, (int)count, count + 1);
        polyray_copy(to + 1, from, count);
        need(memcmp(to + 1, from, count) == 0, "a copy differs");
        need(polyray_crc32c(0, from, count) == polyray_crc32c(0, to + 1, count), "a checksum too");
        free(from);
        free(to);
    }
}

int main(int count, char **words)
{
    const char *planted = count > 1 ? words[1] : "";
    if (!strcmp(planted, "race")) {
        pass_all(61, 0, 1, 1);
        return 0;
    }
    if (!strcmp(planted, "overflow")) {
        uint64_t *head = calloc(1, POLYRAY_HEAD_BYTES + 64);
        uint8_t *frame = malloc(8);
        memset(frame, 1, 8);
        return polyray_ring_write(head, 64, frame, 9) < 0;
    }
    uint64_t bytes = 0, frames = 0;
    for (size_t index = 0; index < sizeof CAPACITIES / sizeof *CAPACITIES; index++) {
        for (int way = 0; way < 4; way++) {
            bytes += pass_all(CAPACITIES[index], way / 2 * 100, way % 2, 0);
            frames += FRAMES;
        }
    }
    numbers();
    copies();
    printf("%llu frames of 0 to %d bytes (%llu bytes) through rings of 61 to 65536, %d turns\n",
           (unsigned long long)frames, MOST_BYTES, (unsigned long long)bytes, 2 * ADDITIONS);
    return 0;
}
