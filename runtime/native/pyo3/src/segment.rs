//! Segment: a file that several processes read and write.

use std::ffi::{CString, c_int};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release, SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};

use polyray_core::numbers::{self, LOOK_NS, Number};
use polyray_core::{memory, segment};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PySlice, PyTuple};
use pyo3::{ffi, intern};

use crate::arguments::{Bytes, LONG_COPY_BYTES, checked, failed, useful_spins, waited, with_bytes};

/// A file that several processes read and write.
#[pyclass(frozen, module = "_polyray_pyo3")]
pub struct Segment {
    /// For one thread at a time: it may be closed while another one writes.
    file: Mutex<segment::Segment>,
    pub base: *mut u8,
    pub size: u64,
    /// Is every page there and mapped for writing? Then nothing needs the file any more.
    present: AtomicBool,
    closed: AtomicBool,
    path: Py<PyAny>,
    /// Looks before one sleeps.
    pub spins: u32,
}

// SAFETY: the mapping is there as long as the object; what lies in it belongs to no process.
unsafe impl Send for Segment {}
unsafe impl Sync for Segment {}

impl Segment {
    /// Refuse to go on where it is closed.
    pub fn open(&self, py: Python<'_>) -> PyResult<()> {
        if !self.closed.load(Acquire) {
            return Ok(());
        }
        Err(self.refused(py, |path| format!("the segment {path} is closed")))
    }

    /// A ValueError that speaks of the path.
    pub fn refused(&self, py: Python<'_>, text: impl FnOnce(&Bound<'_, PyAny>) -> String) -> PyErr {
        PyValueError::new_err(text(self.path.bind(py)))
    }

    /// Have every page now.
    pub fn have_pages(&self, py: Python<'_>) -> PyResult<()> {
        if self.present.load(Acquire) {
            return Ok(());
        }
        let run = || {
            let mut file = self.file();
            file.prefault()?;
            self.present.store(file.present != 0, Release);
            Ok(())
        };
        py.detach(run).map_err(|error| failed(py, error, &self.path))
    }

    fn file(&self) -> MutexGuard<'_, segment::Segment> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place of so many bytes, which lie within; an open segment.
    fn place(&self, py: Python<'_>, offset: i64, count: i64) -> PyResult<u64> {
        self.open(py)?;
        match (u64::try_from(offset), u64::try_from(count)) {
            (Ok(from), Ok(length))
                if from.checked_add(length).is_some_and(|end| end <= self.size) =>
            {
                Ok(from)
            }
            _ => Err(PyValueError::new_err(format!(
                "bytes {offset} to {} of a segment of {}",
                offset.wrapping_add(count),
                self.size
            ))),
        }
    }

    fn number_at(&self, py: Python<'_>, offset: i64) -> PyResult<&Number> {
        let at = self.place(py, offset, 8)?;
        if at % 8 != 0 {
            let text = format!("no number lies at {at}: it is not aligned to 8 bytes");
            return Err(PyValueError::new_err(text));
        }
        self.have_pages(py)?;
        // SAFETY: it is mapped and aligned, as the mapping is.
        Ok(unsafe { numbers::number(self.base.add(at as usize)) })
    }

    /// # Safety
    /// There is room, and the bytes are borrowed.
    unsafe fn copy(&self, offset: u64, bytes: Bytes) -> Result<(), i32> {
        // SAFETY: as above.
        unsafe {
            if !self.present.load(Acquire) {
                return self.file().write(offset, bytes.at, bytes.count);
            }
            memory::copy(self.base.add(offset as usize), bytes.at, bytes.count);
        }
        Ok(())
    }
}

#[pymethods]
impl Segment {
    #[new]
    #[pyo3(signature = (path, size = None))]
    fn new(py: Python<'_>, path: Py<PyAny>, size: Option<i64>) -> PyResult<Self> {
        if let Some(size) = size.filter(|size| *size < 0) {
            return Err(PyValueError::new_err(format!("a segment of {size} bytes")));
        }
        let named =
            py.import(intern!(py, "os"))?.call_method1(intern!(py, "fsencode"), (&path,))?;
        let named = CString::new(named.cast::<PyBytes>()?.as_bytes())?;
        // SAFETY: it ends with a zero byte.
        let opened =
            unsafe { segment::Segment::open(named.as_ptr().cast(), size.map(|size| size as u64)) };
        let file = opened.map_err(|error| failed(py, error, &path))?;
        Ok(Segment {
            base: file.base,
            size: file.size,
            file: Mutex::new(file),
            present: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            path,
            spins: useful_spins(),
        })
    }

    #[getter]
    pub fn path(&self, py: Python<'_>) -> Py<PyAny> {
        self.path.clone_ref(py)
    }

    #[getter]
    fn size(&self) -> u64 {
        self.size
    }

    fn write(&self, py: Python<'_>, offset: i64, data: &Bound<'_, PyAny>) -> PyResult<()> {
        with_bytes(data, |bytes| {
            let at = self.place(py, offset, bytes.count as i64)?;
            // SAFETY: it lies within, and is borrowed until the end.
            let run = || unsafe { self.copy(at, bytes) };
            let short = bytes.count < LONG_COPY_BYTES && self.present.load(Acquire);
            let done = if short { run() } else { py.detach(run) };
            done.map_err(|error| failed(py, error, &self.path))
        })
    }

    fn read<'py>(slf: &Bound<'py, Self>, offset: i64, length: i64) -> PyResult<Bound<'py, PyAny>> {
        let at = slf.get().place(slf.py(), offset, length)? as isize;
        let part = PySlice::new(slf.py(), at, at + length as isize, 1);
        PyMemoryView::from(slf)?.get_item(part)
    }

    /// # Safety
    /// As of the slot: `view` is to be filled.
    unsafe fn __getbuffer__(
        slf: &Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let own = slf.get();
        // SAFETY: the mapping stays as long as the object, which the view holds.
        let filled = unsafe {
            ffi::PyBuffer_FillInfo(view, slf.as_ptr(), own.base.cast(), own.size as isize, 1, flags)
        };
        checked(slf.py(), filled)
    }

    fn number(&self, py: Python<'_>, offset: i64) -> PyResult<u64> {
        Ok(self.number_at(py, offset)?.load(SeqCst))
    }

    fn cas(&self, py: Python<'_>, offset: i64, expected: u64, new: u64) -> PyResult<u64> {
        Ok(numbers::compare_and_set(self.number_at(py, offset)?, expected, new))
    }

    fn fetch_add(&self, py: Python<'_>, offset: i64, amount: &Bound<'_, PyAny>) -> PyResult<u64> {
        let number = self.number_at(py, offset)?;
        // SAFETY: an object of Python's.
        let amount = unsafe { ffi::PyLong_AsUnsignedLongLongMask(amount.as_ptr()) }; // modulo 2**64
        match (amount == u64::MAX).then(|| PyErr::take(py)).flatten() {
            Some(error) => Err(error),
            None => Ok(number.fetch_add(amount, SeqCst)),
        }
    }

    fn wait(&self, py: Python<'_>, offset: i64, value: u64, timeout_s: f64) -> PyResult<bool> {
        let number = self.number_at(py, offset)?;
        waited(py, timeout_s, |left_ns| numbers::wait(number, value, self.spins, left_ns, LOOK_NS))
    }

    fn wake(&self, py: Python<'_>, offset: i64) -> PyResult<()> {
        numbers::wake(self.number_at(py, offset)?);
        Ok(())
    }

    fn prefault(&self, py: Python<'_>) -> PyResult<()> {
        self.open(py)?;
        self.have_pages(py)
    }

    fn close(&self, py: Python<'_>) {
        if !self.closed.swap(true, SeqCst) {
            py.detach(|| self.file().close());
        }
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_error))]
    fn __exit__(&self, py: Python<'_>, _error: &Bound<'_, PyTuple>) {
        self.close(py);
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        // SAFETY: nobody has the object, and so neither a view of it nor a ring in it.
        unsafe { self.file().unmap() };
    }
}
