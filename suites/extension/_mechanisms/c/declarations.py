"""What cffi is told of border.h."""

DECLARATIONS = """
typedef struct { int64_t x; int64_t y; } border_point;
void border_nothing(void);
int64_t border_add(int64_t a, int64_t b);
double border_hypotenuse(double x, double y);
int64_t border_sum_bytes(const uint8_t *data, int64_t count);
void border_fill(uint8_t *data, int64_t count, uint8_t value);
void border_build(int64_t *numbers, int64_t count);
int64_t border_call_back(int64_t (*function)(int64_t), int64_t count);
int64_t border_norm(const border_point *point);
"""
