//! A file of shared memory: made or opened, written, mapped.

use core::ptr;

use crate::memory;
use crate::system as c;

/// A file that several processes read and write. Errors are the C library's numbers.
#[repr(C)]
#[derive(Debug)]
pub struct Segment {
    /// Where it is mapped, or null: an empty file has nothing to be mapped.
    pub base: *mut u8,
    /// How large the file was when it was opened.
    pub size: u64,
    /// The open file, or -1.
    pub descriptor: i32,
    /// Is every page there and mapped for writing? Only then is it written through the mapping.
    pub present: u32,
}

impl Segment {
    /// Make a file of that size, which must not be there, or open one that is (no size); map it.
    ///
    /// # Safety
    /// `path` ends with a zero byte.
    pub unsafe fn open(path: *const u8, size: Option<u64>) -> Result<Self, i32> {
        let flags = c::O_RDWR | c::O_CLOEXEC;
        let make = if size.is_some() { c::O_CREAT | c::O_EXCL } else { 0 };
        let descriptor = c::open(path, flags | make, 0o600_u32);
        if descriptor < 0 {
            return Err(c::errno());
        }
        let mapped = sized(descriptor, size).and_then(|size| Ok((map(descriptor, size)?, size)));
        match mapped {
            Ok((base, size)) => Ok(Segment { base, size, descriptor, present: 0 }),
            Err(error) => {
                c::close(descriptor);
                if size.is_some() {
                    c::unlink(path);
                }
                Err(error)
            }
        }
    }

    /// Does so much from there lie within it?
    pub fn has(&self, offset: u64, count: u64) -> bool {
        offset.checked_add(count).map_or(false, |end| end <= self.size)
    }

    /// Have every page now, so that nothing that is written later can lack room or has to wait for
    /// one.
    pub fn prefault(&mut self) -> Result<(), i32> {
        if self.present != 0 || self.size == 0 {
            return Ok(());
        }
        // SAFETY: a file and a mapping of ours.
        unsafe { prefault(self.descriptor, self.base, self.size)? };
        self.present = 1;
        Ok(())
    }

    /// Write to there: through the file while pages may be missing, because the kernel makes them
    /// at half the cost of a page fault, and through the mapping once they are there. A part of the
    /// segment itself goes through the mapping, because the kernel would overwrite what it has still
    /// to read.
    ///
    /// # Safety
    /// `count` bytes can be read at `from`.
    pub unsafe fn write(&self, offset: u64, from: *const u8, count: usize) -> Result<(), i32> {
        if !self.has(offset, count as u64) {
            return Err(c::ERANGE);
        }
        let own = (from as usize).wrapping_sub(self.base as usize) < self.size as usize;
        if self.present != 0 || own {
            memory::copy(self.base.add(offset as usize), from, count);
            return Ok(());
        }
        let mut done = 0;
        while done < count {
            let at = offset as i64 + done as i64;
            let wrote = c::pwrite(self.descriptor, from.add(done), count - done, at);
            if wrote >= 0 {
                done += wrote as usize;
            } else if c::errno() != c::EINTR {
                return Err(c::errno());
            }
        }
        Ok(())
    }

    /// Close the file. What is mapped stays so.
    pub fn close(&mut self) {
        if self.descriptor >= 0 {
            // SAFETY: a descriptor of ours, closed once.
            unsafe { c::close(self.descriptor) };
            self.descriptor = -1;
        }
    }

    /// Close it and give the mapping back.
    ///
    /// # Safety
    /// Nobody reads or writes at `base` any more.
    pub unsafe fn unmap(&mut self) {
        self.close();
        if !self.base.is_null() {
            c::munmap(self.base, self.size as usize);
            self.base = ptr::null_mut();
            self.present = 0;
        }
    }
}

/// Have every page of a file now, mapped for writing.
///
/// # Safety
/// The file is mapped at `base`, `size` bytes of it.
pub unsafe fn prefault(descriptor: i32, base: *mut u8, size: u64) -> Result<(), i32> {
    // Too little memory is an error here, and a signal at the first touch.
    let lacking = c::posix_fallocate(descriptor, 0, size as i64);
    if lacking != 0 {
        return Err(lacking);
    }
    // A kernel that does not know this maps page by page, at the first touch.
    c::madvise(base, size as usize, c::MADV_POPULATE_WRITE);
    Ok(())
}

unsafe fn sized(descriptor: i32, size: Option<u64>) -> Result<u64, i32> {
    match size {
        Some(size) if i64::try_from(size).is_err() => Err(c::EINVAL),
        Some(size) if c::ftruncate(descriptor, size as i64) < 0 => Err(c::errno()),
        Some(size) => Ok(size),
        None => match c::lseek(descriptor, 0, c::SEEK_END) {
            end if end < 0 => Err(c::errno()),
            end => Ok(end as u64),
        },
    }
}

unsafe fn map(descriptor: i32, size: u64) -> Result<*mut u8, i32> {
    if size == 0 {
        return Ok(ptr::null_mut());
    }
    let access = c::PROT_READ | c::PROT_WRITE;
    let base = c::mmap(ptr::null_mut(), size as usize, access, c::MAP_SHARED, descriptor, 0);
    if base as isize == -1 {
        return Err(c::errno());
    }
    Ok(base)
}

#[cfg(all(test, not(miri)))] // it maps no files
mod tests {
    use super::*;
    use std::ffi::CString;
    use std::format;
    use std::slice;

    struct Path(CString);

    impl Path {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir();
            let name = format!("{}/polyray-{}-{}", folder.display(), std::process::id(), name);
            Path(CString::new(name).unwrap())
        }

        fn open(&self, size: Option<u64>) -> Result<Segment, i32> {
            unsafe { Segment::open(self.0.as_ptr().cast(), size) }
        }
    }

    impl Drop for Path {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(self.0.to_str().unwrap());
        }
    }

    fn write(segment: &Segment, offset: u64, bytes: &[u8]) -> Result<(), i32> {
        unsafe { segment.write(offset, bytes.as_ptr(), bytes.len()) }
    }

    #[test]
    fn what_one_writes_another_sees_by_the_file_or_the_mapping() {
        let path = Path::new("shared");
        let mut one = path.open(Some(10_000)).unwrap();
        let mut other = path.open(None).unwrap();
        assert_eq!(other.size, 10_000);
        write(&one, 5000, b"by the file").unwrap();
        let seen = unsafe { slice::from_raw_parts(other.base, 10_000) };
        assert_eq!(&seen[5000..5011], b"by the file");
        one.prefault().unwrap();
        write(&one, 9989, b"the mapping").unwrap();
        assert_eq!(&seen[9989..], b"the mapping");
        one.close();
        one.close();
        write(&one, 0, b"still mapped").unwrap();
        assert_eq!(&seen[..12], b"still mapped");
        unsafe {
            one.unmap();
            one.unmap();
            other.unmap();
        }
    }

    #[test]
    fn a_part_of_itself_is_moved() {
        let path = Path::new("itself");
        let mut one = path.open(Some(10_000)).unwrap();
        let bytes: std::vec::Vec<u8> = (0..10_000).map(|at| (at % 251) as u8).collect();
        write(&one, 0, &bytes).unwrap();
        unsafe { one.write(9, one.base, 9000).unwrap() };
        assert_eq!(unsafe { slice::from_raw_parts(one.base.add(9), 9000) }, &bytes[..9000]);
        unsafe { one.unmap() };
    }

    #[test]
    fn nothing_is_written_beyond_its_end() {
        let path = Path::new("bounds");
        let mut one = path.open(Some(100)).unwrap();
        for (offset, bytes) in [(101, 0), (100, 1), (0, 101), (u64::MAX, 2)] {
            assert_eq!(write(&one, offset, &[0; 200][..bytes]), Err(c::ERANGE));
        }
        write(&one, 100, b"").unwrap();
        one.close();
        assert_eq!(write(&one, 0, b"x"), Err(9)); // EBADF
    }

    #[test]
    fn errors_are_those_of_the_system() {
        let path = Path::new("errors");
        assert_eq!(path.open(None).err(), Some(2)); // ENOENT
        let mut one = path.open(Some(1)).unwrap();
        assert_eq!(path.open(Some(1)).err(), Some(17)); // EEXIST
        one.close();
        let other = Path::new("too-large");
        assert!(other.open(Some(u64::MAX)).is_err());
        assert_eq!(other.open(None).err(), Some(2)); // nothing is left of it
    }

    #[test]
    fn an_empty_file_is_a_segment() {
        let path = Path::new("empty");
        let mut one = path.open(Some(0)).unwrap();
        one.prefault().unwrap();
        write(&one, 0, b"").unwrap();
        unsafe { one.unmap() };
    }
}
