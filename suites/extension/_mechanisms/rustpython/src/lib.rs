//! The functions of the suite as a module of RustPython, which is linked into its program.

use rustpython_vm::Context;
use rustpython_vm::builtins::PyModuleDef;

/// The module, for whoever makes an interpreter with it.
pub fn module_def(context: &Context) -> &'static PyModuleDef {
    _border_rustpython::module_def(context)
}

/// What border.h declares; build.rs links border.c in.
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

#[rustpython_vm::pymodule]
mod _border_rustpython {
    use core::sync::atomic::AtomicI64;
    use core::sync::atomic::Ordering::Relaxed;

    use rustpython_vm::builtins::PyType;
    use rustpython_vm::function::{ArgBytesLike, ArgCallable, ArgIntoFloat, ArgMemoryBuffer};
    use rustpython_vm::types::Constructor;
    use rustpython_vm::{Py, PyObjectRef, PyPayload, PyResult, VirtualMachine, pyclass};

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
    fn hypotenuse(x: ArgIntoFloat, y: ArgIntoFloat) -> f64 {
        border::border_hypotenuse(x.into(), y.into())
    }

    #[pyfunction]
    fn sum_bytes(data: ArgBytesLike) -> i64 {
        let bytes = data.borrow_buf();
        // SAFETY: the slice is as long as it says.
        unsafe { border::border_sum_bytes(bytes.as_ptr(), bytes.len() as i64) }
    }

    #[pyfunction]
    fn fill(buffer: ArgMemoryBuffer, value: u8) {
        let mut bytes = buffer.borrow_buf_mut();
        // SAFETY: the slice is as long as it says.
        unsafe { border::border_fill(bytes.as_mut_ptr(), bytes.len() as i64, value) }
    }

    #[pyfunction]
    fn build(length: usize, vm: &VirtualMachine) -> PyObjectRef {
        let mut numbers = vec![0; length];
        // SAFETY: there is room for so many.
        unsafe { border::border_build(numbers.as_mut_ptr(), length as i64) };
        let objects = numbers.into_iter().map(|number| vm.ctx.new_int(number).into());
        vm.ctx.new_list(objects.collect()).into()
    }

    #[pyfunction]
    fn call_back(function: ArgCallable, count: i64, vm: &VirtualMachine) -> PyResult<i64> {
        let mut sum = 0;
        for at in 0..count {
            sum += function.invoke((at,), vm)?.try_into_value::<i64>(vm)?;
        }
        Ok(sum)
    }

    /// An object with attributes and a method.
    #[pyattr]
    #[pyclass(name = "Point")]
    #[derive(Debug, PyPayload)]
    struct Point {
        x: AtomicI64,
        y: AtomicI64,
    }

    impl Constructor for Point {
        type Args = (i64, i64);

        fn py_new(_: &Py<PyType>, (x, y): (i64, i64), _: &VirtualMachine) -> PyResult<Self> {
            Ok(Point { x: x.into(), y: y.into() })
        }
    }

    #[pyclass(with(Constructor))]
    impl Point {
        #[pygetset]
        fn x(zelf: &Py<Self>) -> i64 {
            zelf.x.load(Relaxed)
        }

        #[pygetset(setter)]
        fn set_x(zelf: &Py<Self>, value: i64) {
            zelf.x.store(value, Relaxed);
        }

        #[pygetset]
        fn y(zelf: &Py<Self>) -> i64 {
            zelf.y.load(Relaxed)
        }

        #[pygetset(setter)]
        fn set_y(zelf: &Py<Self>, value: i64) {
            zelf.y.store(value, Relaxed);
        }

        #[pymethod]
        fn norm(zelf: &Py<Self>) -> i64 {
            border::border_norm(&border::Point { x: Self::x(zelf), y: Self::y(zelf) })
        }
    }
}
