//! The module `_polyray_pyo3`: Segment and Ring by PyO3, over the core.
//!
//! What the route through the C API says and does, this one says and does. Nothing here needs the
//! GIL: what a Segment or Ring consists of never changes, but for flags that only ever go up.

mod arguments;
mod ring;
mod segment;

#[pyo3::pymodule(gil_used = false)]
mod _polyray_pyo3 {
    use polyray_core::{checksum, layout};
    use pyo3::prelude::*;

    use crate::arguments::{LONG_COPY_BYTES, with_bytes};

    #[pymodule_export]
    use crate::ring::Ring;
    #[pymodule_export]
    use crate::segment::Segment;

    /// Version of the memory layouts.
    #[pymodule_export]
    const LAYOUT: u32 = layout::LAYOUT;

    /// Version of the distribution.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    /// CRC-32C of bytes behind others with that checksum.
    #[pyfunction]
    #[pyo3(signature = (data, before = 0, /))]
    fn crc32c(py: Python<'_>, data: &Bound<'_, PyAny>, before: u32) -> PyResult<u32> {
        with_bytes(data, |bytes| {
            // SAFETY: they are borrowed until the end.
            let run = || checksum::crc32c(before, unsafe { bytes.as_slice() });
            Ok(if bytes.count < LONG_COPY_BYTES { run() } else { py.detach(run) })
        })
    }
}
