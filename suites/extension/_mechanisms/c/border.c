#include "border.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED void border_nothing(void) {}

EXPORTED int64_t border_add(int64_t a, int64_t b) { return a + b; }

EXPORTED double border_hypotenuse(double x, double y) { return sqrt(x * x + y * y); }

EXPORTED int64_t border_sum_bytes(const uint8_t *data, int64_t count) {
    int64_t sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += data[i];
    return sum;
}

EXPORTED void border_fill(uint8_t *data, int64_t count, uint8_t value) {
    memset(data, value, (size_t)count);
}

EXPORTED void border_build(int64_t *numbers, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        numbers[i] = 1000 + i;
}

EXPORTED int64_t border_call_back(border_callback function, int64_t count) {
    int64_t sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += function(i);
    return sum;
}

EXPORTED int64_t border_norm(const border_point *point) {
    return llabs(point->x) + llabs(point->y);
}
