//! Ring: frames from one writer to one reader.

use polyray_core::layout;
use polyray_core::ring::{self, Broken, Frame, Refused, Wrote};
use pyo3::exceptions::{PyConnectionError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::arguments::{waited, with_bytes};
use crate::segment::Segment;

const LEAST_CAPACITY: i64 = 8;

/// Frames from one writer to one reader.
#[pyclass(frozen, module = "_polyray_pyo3")]
pub struct Ring {
    memory: Py<Segment>,
    head: *mut u8,
    capacity: u64,
}

// SAFETY: it lies in the segment that it holds.
unsafe impl Send for Ring {}
unsafe impl Sync for Ring {}

impl Ring {
    /// The core's ring there.
    fn core(&self) -> ring::Ring<'_> {
        // SAFETY: opened before, in a segment that stays mapped as long as it is held.
        unsafe { ring::Ring::over(self.head, self.capacity) }
    }

    /// The same, where its segment is open.
    fn open(&self, py: Python<'_>) -> PyResult<ring::Ring<'_>> {
        self.memory.get().open(py)?;
        Ok(self.core())
    }

    fn broken(&self, py: Python<'_>) -> PyErr {
        let path = self.memory.get().path(py);
        PyConnectionError::new_err(format!(
            "the ring in {} holds what no writer makes",
            path.bind(py)
        ))
    }
}

#[pymethods]
impl Ring {
    #[new]
    fn new(segment: &Bound<'_, PyAny>, offset: i64, capacity: i64) -> PyResult<Self> {
        let py = segment.py();
        let segment = segment
            .cast::<Segment>()
            .map_err(|_| PyTypeError::new_err("a ring lies in a Segment of the same route"))?;
        let memory = segment.get();
        let (size, head_bytes) = (memory.size as i64, layout::HEAD_BYTES as i64);
        let known = (LEAST_CAPACITY..=layout::MOST_CAPACITY as i64).contains(&capacity);
        let placed = (0..=size).contains(&offset) && offset % 8 == 0;
        if !known || !placed || capacity > size - offset - head_bytes {
            return Err(memory
                .refused(py, |path| format!("no ring of {capacity} bytes at {offset} of {path}")));
        }
        memory.open(py)?;
        memory.have_pages(py)?;
        // SAFETY: it lies within.
        let head = unsafe { memory.base.add(offset as usize) };
        // SAFETY: aligned and mapped.
        match unsafe { ring::Ring::open(head, capacity as u64) } {
            Ok(_) => Ok(Ring { memory: segment.clone().unbind(), head, capacity: capacity as u64 }),
            Err(Refused::Identity(_)) => Err(memory.refused(py, |path| {
                format!("what lies in {path} is no ring of layout {}", layout::LAYOUT)
            })),
            Err(Refused::Capacity(_)) => Err(memory.refused(py, |path| {
                format!("the ring in {path} was made with another capacity than {capacity}")
            })),
        }
    }

    #[getter]
    fn segment(&self, py: Python<'_>) -> Py<Segment> {
        self.memory.clone_ref(py)
    }

    #[getter]
    fn capacity(&self) -> u64 {
        self.capacity
    }

    fn write(&self, py: Python<'_>, frame: &Bound<'_, PyAny>) -> PyResult<u8> {
        let ring = self.open(py)?;
        with_bytes(frame, |bytes| {
            // SAFETY: they are borrowed until the end, and a ring has one writer.
            match unsafe { ring.write(bytes.at, bytes.count) } {
                Ok(Wrote::NoRoom) => Ok(0),
                Ok(Wrote::Done) => Ok(1),
                Ok(Wrote::Tell) => Ok(2),
                Ok(Wrote::Never) => Err(PyValueError::new_err(format!(
                    "a frame of {} bytes in a ring of {}",
                    bytes.count, self.capacity
                ))),
                Err(Broken) => Err(self.broken(py)),
            }
        })
    }

    fn frames<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let ring = self.open(py)?;
        let mut seen = ring.look().map_err(|Broken| self.broken(py))?;
        let found = PyList::empty(py);
        while let Some(frame) = ring.next(&mut seen).map_err(|Broken| self.broken(py))? {
            found.append(copied(py, &frame)?)?;
        }
        if !found.is_empty() {
            ring.release(&seen);
        }
        Ok(found)
    }

    fn wait(&self, py: Python<'_>, timeout_s: f64) -> PyResult<bool> {
        self.open(py)?;
        let spins = self.memory.get().spins;
        waited(py, timeout_s, |left_ns| self.core().wait(spins, left_ns))
    }

    fn wait_for_room(&self, py: Python<'_>, length: u64, timeout_s: f64) -> PyResult<bool> {
        self.open(py)?;
        let spins = self.memory.get().spins;
        let length = length.min(self.capacity) as usize;
        waited(py, timeout_s, |left_ns| self.core().wait_for_room(length, spins, left_ns))
    }

    fn doze(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.open(py)?.doze())
    }
}

/// A frame as bytes, which are not made zero first.
fn copied<'py>(py: Python<'py>, frame: &Frame) -> PyResult<Bound<'py, PyBytes>> {
    // SAFETY: new bytes of that length, which nobody else has yet.
    unsafe {
        let made = ffi::PyBytes_FromStringAndSize(std::ptr::null(), frame.bytes() as isize);
        let made = Bound::from_owned_ptr_or_err(py, made)?;
        frame.copy_to(ffi::PyBytes_AsString(made.as_ptr()).cast());
        Ok(made.cast_into_unchecked())
    }
}
