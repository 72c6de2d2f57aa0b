"""The core's functions for cffi: those of runtime/native/polyray_native.h that this side calls.

Pointers to bytes are `char *` here: cffi takes bytes objects for those, and not for `char *`.
"""

DECLARATIONS = """
int32_t polyray_layout(void);
void polyray_copy(char *to, const char *from, uint64_t count);
int32_t polyray_prefault(int32_t descriptor, char *base, uint64_t size);
uint64_t polyray_crc32c(uint64_t before, const char *bytes, uint64_t count);
uint64_t polyray_load(char *at);
uint64_t polyray_cas(char *at, uint64_t expected, uint64_t new_value);
uint64_t polyray_add(char *at, uint64_t amount);
int32_t polyray_wait(char *at, uint64_t value, uint32_t spins, uint64_t timeout_ns);
void polyray_wake(char *at);
int32_t polyray_ring_open(char *head, uint64_t capacity);
int32_t polyray_ring_write(char *head, uint64_t capacity, const char *frame, uint64_t count);
int32_t polyray_ring_wait_for_room(char *head, uint64_t capacity, uint64_t count, uint32_t spins,
                                   uint64_t timeout_ns);
int32_t polyray_ring_wait(char *head, uint64_t capacity, uint32_t spins, uint64_t timeout_ns);
int32_t polyray_ring_doze(char *head, uint64_t capacity);
int64_t polyray_ring_take(char *head, uint64_t capacity, char *into, uint64_t room, uint64_t *ends,
                          uint64_t most);
"""
