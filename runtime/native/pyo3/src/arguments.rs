//! Arguments of calls, and waiting while others run.

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::slice;
use std::sync::OnceLock;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use polyray_core::numbers::Waited;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::{ffi, intern};

/// From here on others may run meanwhile.
pub const LONG_COPY_BYTES: usize = 64 * 1024;
/// Looks before one sleeps, where there are processors for both sides.
const SPINS: u32 = 2000;
const MOST_NS: u64 = 1 << 62;

/// Bytes of another object, as long as it is borrowed.
#[derive(Clone, Copy)]
pub struct Bytes {
    pub at: *const u8,
    pub count: usize,
}

// SAFETY: an address and a number; whoever follows it says why it may.
unsafe impl Send for Bytes {}
unsafe impl Sync for Bytes {}

impl Bytes {
    /// # Safety
    /// The object is still borrowed.
    pub unsafe fn as_slice<'a>(self) -> &'a [u8] {
        // SAFETY: as above; an object without bytes may give no address.
        if self.count == 0 { &[] } else { unsafe { slice::from_raw_parts(self.at, self.count) } }
    }
}

/// Borrow the bytes of an object for one function. PyO3's own buffers ask for items and shape too,
/// which takes longer than a short message.
pub fn with_bytes<T>(
    object: &Bound<'_, PyAny>,
    run: impl FnOnce(Bytes) -> PyResult<T>,
) -> PyResult<T> {
    // It is not moved: it may have pointers into itself.
    let mut view = MaybeUninit::<ffi::Py_buffer>::uninit();
    // SAFETY: filled where that succeeds, and released once.
    unsafe {
        checked(
            object.py(),
            ffi::PyObject_GetBuffer(object.as_ptr(), view.as_mut_ptr(), ffi::PyBUF_SIMPLE),
        )?;
        let borrowed = view.assume_init_mut();
        let done = run(Bytes { at: borrowed.buf.cast(), count: borrowed.len as usize });
        ffi::PyBuffer_Release(borrowed);
        done
    }
}

/// The exception that Python has set, if there is one.
pub fn checked(py: Python<'_>, code: c_int) -> PyResult<()> {
    if code < 0 { Err(PyErr::fetch(py)) } else { Ok(()) }
}

/// The error of the C library with that number, about a path.
pub fn failed(py: Python<'_>, error: i32, path: &Py<PyAny>) -> PyErr {
    let told = |py: Python<'_>| -> PyResult<PyErr> {
        let text = py.import(intern!(py, "os"))?.call_method1(intern!(py, "strerror"), (error,))?;
        Ok(PyOSError::new_err((error, text.unbind(), path.clone_ref(py))))
    };
    told(py).unwrap_or_else(|other| other)
}

/// How often to look before one sleeps: not at all where only one side can run.
pub fn useful_spins() -> u32 {
    static FOUND: OnceLock<u32> = OnceLock::new();
    *FOUND.get_or_init(|| match available_parallelism() {
        Ok(processors) if processors.get() == 1 => 0,
        _ => SPINS,
    })
}

/// Wait by `once(ns)`, while other threads run, and signal handlers in between.
pub fn waited(
    py: Python<'_>,
    timeout_s: f64,
    once: impl Fn(u64) -> Waited + Sync,
) -> PyResult<bool> {
    let timeout = Duration::from_nanos(((timeout_s * 1e9) as u64).min(MOST_NS)); // never below 0
    let began = Instant::now();
    let mut left = timeout;
    loop {
        match py.detach(|| once(left.as_nanos() as u64)) {
            Waited::Changed => return Ok(true),
            Waited::TimedOut => return Ok(false),
            Waited::Again => handled(py)?,
        }
        left = timeout.saturating_sub(began.elapsed());
    }
}

/// Let signal handlers run; the error is what one of them has raised.
fn handled(py: Python<'_>) -> PyResult<()> {
    // Where PyErr_CheckSignals does nothing, handlers run while Python code does.
    if cfg!(any(PyPy, GraalPy)) {
        py.run(c"for _ in range(100): pass", None, None)?;
    }
    py.check_signals()
}
