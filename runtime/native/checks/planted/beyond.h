/* Planted: a route's checksum reads beyond the object that it was given. Included before all that a
 * route is compiled from, so that the defect is in the route's own code and found through its glue.
 * A `bytes` has a null behind its last byte; what follows that is nobody's.
 */
#define _GNU_SOURCE /* as the routes' files do before they include anything */
#include "../../polyray_native.h"

static inline uint64_t read_beyond(uint64_t before, const void *bytes, uint64_t count)
{
    (void)((const volatile char *)bytes)[count + 1];
    return polyray_crc32c(before, bytes, count);
}
#define polyray_crc32c read_beyond
