import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/** The functions of the suite, as border.c has them. */
public final class Border {
    private Border() {}

    public static void nothing() {}

    public static long add(long a, long b) {
        return a + b;
    }

    public static double hypotenuse(double x, double y) {
        return Math.sqrt(x * x + y * y);
    }

    public static long sumBytes(byte[] data) {
        long sum = 0;
        for (byte each : data) {
            sum += each & 255;
        }
        return sum;
    }

    public static void fill(byte[] buffer, int value) {
        Arrays.fill(buffer, (byte) value);
    }

    public static long[] build(int length) {
        long[] numbers = new long[length];
        Arrays.setAll(numbers, index -> 1000 + index);
        return numbers;
    }

    public static long callBack(LongUnaryOperator function, long count) {
        long sum = 0;
        for (long at = 0; at < count; at++) {
            sum += function.applyAsLong(at);
        }
        return sum;
    }

    /** An object with attributes and a method. */
    public static final class Point {
        public long x;
        public long y;

        public Point(long x, long y) {
            this.x = x;
            this.y = y;
        }

        public long norm() {
            return Math.abs(x) + Math.abs(y);
        }
    }
}
