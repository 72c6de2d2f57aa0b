//! The functions of the suite by PyO3.

/// What border.h declares; build.py links border.c in.
mod border {
    #[repr(C)]
    pub struct Point {
        pub x: i64,
        pub y: i64,
    }

    unsafe extern "C" {
        pub safe fn border_nothing();
        pub safe fn border_add(a: i64, b: i64) -> i64;
        pub safe fn border_hypotenuse(x: f64, y: f64) -> f64;
        pub fn border_sum_bytes(data: *const u8, count: i64) -> i64;
        pub fn border_fill(data: *mut u8, count: i64, value: u8);
        pub fn border_build(numbers: *mut i64, count: i64);
        pub safe fn border_norm(point: &Point) -> i64;
    }
}

#[pyo3::pymodule(gil_used = false)]
mod _border_pyo3 {
    use pyo3::prelude::*;
    use pyo3::types::PyByteArray;

    use crate::border;

    #[pyfunction]
    fn nothing() {
        border::border_nothing();
    }

    #[pyfunction]
    fn add(a: i64, b: i64) -> i64 {
        border::border_add(a, b)
    }

    #[pyfunction]
    fn hypotenuse(x: f64, y: f64) -> f64 {
        border::border_hypotenuse(x, y)
    }

    // PyO3 has buffers of all kinds only from the stable ABI of 3.11 on: bytes, and a bytearray below.
    #[pyfunction]
    fn sum_bytes(data: &[u8]) -> i64 {
        // SAFETY: the slice is as long as it says.
        unsafe { border::border_sum_bytes(data.as_ptr(), data.len() as i64) }
    }

    #[pyfunction]
    fn fill(buffer: &Bound<'_, PyByteArray>, value: u8) {
        // SAFETY: no Python runs, so that nothing resizes it, before this returns.
        unsafe { border::border_fill(buffer.data(), buffer.len() as i64, value) }
    }

    #[pyfunction]
    fn build(length: usize) -> Vec<i64> {
        let mut numbers = vec![0; length];
        // SAFETY: there is room for so many.
        unsafe { border::border_build(numbers.as_mut_ptr(), length as i64) };
        numbers
    }

    #[pyfunction]
    fn call_back(function: &Bound<'_, PyAny>, count: i64) -> PyResult<i64> {
        let mut sum = 0;
        for at in 0..count {
            sum += function.call1((at,))?.extract::<i64>()?;
        }
        Ok(sum)
    }

    #[pyclass]
    struct Point {
        #[pyo3(get, set)]
        x: i64,
        #[pyo3(get, set)]
        y: i64,
    }

    #[pymethods]
    impl Point {
        #[new]
        fn new(x: i64, y: i64) -> Self {
            Point { x, y }
        }

        fn norm(&self) -> i64 {
            border::border_norm(&border::Point { x: self.x, y: self.y })
        }
    }
}
