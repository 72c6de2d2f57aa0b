//! Writes of any offset and length to a segment, through its file and through its mapping, beside a
//! plain array; and a file that somebody else has made, of any size.
#![no_main]

use std::ffi::CString;

use libfuzzer_sys::fuzz_target;
use polyray_core::segment::Segment;

const ERANGE: i32 = 34;

fuzz_target!(|input: (u16, bool, Vec<(u64, bool, u16, u8)>)| {
    let (size, foreign, writes) = input;
    let name = format!("/dev/shm/polyray-fuzz-{}", std::process::id());
    let path = CString::new(name.as_str()).unwrap();
    let mut expected = vec![0_u8; size.into()];
    if foreign {
        std::fs::write(&name, &expected).unwrap();
    }
    let size = if foreign { None } else { Some(u64::from(size)) };
    let mut segment = unsafe { Segment::open(path.as_ptr().cast(), size) }.unwrap();
    std::fs::remove_file(&name).unwrap();
    assert_eq!(segment.size, expected.len() as u64);
    for (index, (offset, small, count, byte)) in writes.iter().take(32).enumerate() {
        if index == 16 {
            segment.prefault().unwrap();
        }
        let offset = if *small { offset % (1 << 16) } else { *offset };
        let bytes = vec![*byte; (*count).into()];
        let wrote = unsafe { segment.write(offset, bytes.as_ptr(), bytes.len()) };
        let place = usize::try_from(offset).ok();
        let end = place.and_then(|at| at.checked_add(bytes.len()));
        match end.filter(|end| *end <= expected.len()) {
            Some(end) => {
                assert_eq!(wrote, Ok(()));
                expected[end - bytes.len()..end].copy_from_slice(&bytes);
            }
            None => assert_eq!(wrote, Err(ERANGE)),
        }
    }
    if !segment.base.is_null() {
        let there = unsafe { std::slice::from_raw_parts(segment.base, expected.len()) };
        assert!(there == expected);
    }
    unsafe { segment.unmap() };
});
