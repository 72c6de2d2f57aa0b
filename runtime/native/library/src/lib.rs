//! The core behind a C ABI: what `polyray_native.h` declares, and nothing besides.

#![no_std]
#![allow(clippy::missing_safety_doc)] // the header says what each pointer has to be

use core::slice;
use core::sync::atomic::Ordering::SeqCst;

use polyray_core::frames::{scan, Frame as Found};
use polyray_core::numbers::{compare_and_set, number, wait, wake, Waited, LOOK_NS};
use polyray_core::ring::{Broken, Frame, Refused, Ring, Seen, Wrote};
use polyray_core::segment::{self, Segment};
use polyray_core::{checksum, layout, memory};

const NEVER: i32 = -1;
const BROKEN: i32 = -2;
const OTHER_LAYOUT: i32 = -3;
const OTHER_CAPACITY: i32 = -4;

extern "C" {
    fn abort() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    // SAFETY: it ends the process.
    unsafe { abort() }
}

#[no_mangle]
pub extern "C" fn polyray_layout() -> i32 {
    layout::LAYOUT as i32
}

// --- memory --------------------------------------------------------------------------------

#[no_mangle]
pub unsafe extern "C" fn polyray_copy(to: *mut u8, from: *const u8, count: u64) {
    memory::copy(to, from, count as usize);
}

#[no_mangle]
pub unsafe extern "C" fn polyray_crc32c(before: u64, bytes: *const u8, count: u64) -> u64 {
    if count == 0 {
        return before;
    }
    checksum::crc32c(before as u32, slice::from_raw_parts(bytes, count as usize)).into()
}

#[no_mangle]
pub unsafe extern "C" fn polyray_scan(
    bytes: *const u8,
    count: u64,
    most_bytes: u64,
    last_kind: i32,
    found: *mut Found,
    room: u64,
    used: *mut u64,
) -> i64 {
    *used = 0;
    if count == 0 || room == 0 {
        return 0;
    }
    let bytes = slice::from_raw_parts(bytes, count as usize);
    let found = slice::from_raw_parts_mut(found, room as usize);
    let most_bytes = most_bytes.min(u32::MAX.into()) as u32;
    match scan(bytes, most_bytes, last_kind as u8, found) {
        Ok((frames, bytes)) => {
            *used = bytes as u64;
            frames as i64
        }
        Err(_) => BROKEN.into(),
    }
}

#[no_mangle]
pub unsafe extern "C" fn polyray_prefault(descriptor: i32, base: *mut u8, size: u64) -> i32 {
    segment::prefault(descriptor, base, size).err().unwrap_or(0)
}

// --- numbers -------------------------------------------------------------------------------

#[no_mangle]
pub unsafe extern "C" fn polyray_load(at: *mut u8) -> u64 {
    number(at).load(SeqCst)
}

#[no_mangle]
pub unsafe extern "C" fn polyray_cas(at: *mut u8, expected: u64, new: u64) -> u64 {
    compare_and_set(number(at), expected, new)
}

#[no_mangle]
pub unsafe extern "C" fn polyray_add(at: *mut u8, amount: u64) -> u64 {
    number(at).fetch_add(amount, SeqCst)
}

#[no_mangle]
pub unsafe extern "C" fn polyray_wait(at: *mut u8, value: u64, spins: u32, timeout_ns: u64) -> i32 {
    waited(wait(number(at), value, spins, timeout_ns, LOOK_NS))
}

#[no_mangle]
pub unsafe extern "C" fn polyray_wake(at: *mut u8) {
    wake(number(at));
}

// --- segments ------------------------------------------------------------------------------

#[no_mangle]
pub unsafe extern "C" fn polyray_segment_open(
    segment: *mut Segment,
    path: *const u8,
    size: i64,
) -> i32 {
    match Segment::open(path, u64::try_from(size).ok()) {
        Ok(opened) => {
            segment.write(opened);
            0
        }
        Err(error) => error,
    }
}

#[no_mangle]
pub unsafe extern "C" fn polyray_segment_prefault(segment: *mut Segment) -> i32 {
    (*segment).prefault().err().unwrap_or(0)
}

#[no_mangle]
pub unsafe extern "C" fn polyray_segment_write(
    segment: *const Segment,
    offset: u64,
    from: *const u8,
    count: u64,
) -> i32 {
    (*segment).write(offset, from, count as usize).err().unwrap_or(0)
}

#[no_mangle]
pub unsafe extern "C" fn polyray_segment_close(segment: *mut Segment) {
    (*segment).close();
}

#[no_mangle]
pub unsafe extern "C" fn polyray_segment_unmap(segment: *mut Segment) {
    (*segment).unmap();
}

// --- rings ---------------------------------------------------------------------------------

#[no_mangle]
pub unsafe extern "C" fn polyray_ring_open(head: *mut u8, capacity: u64) -> i32 {
    match Ring::open(head, capacity) {
        Ok(_) => 0,
        Err(Refused::Identity(_)) => OTHER_LAYOUT,
        Err(Refused::Capacity(_)) => OTHER_CAPACITY,
    }
}

#[no_mangle]
pub unsafe extern "C" fn polyray_ring_write(
    head: *mut u8,
    capacity: u64,
    frame: *const u8,
    count: u64,
) -> i32 {
    match Ring::over(head, capacity).write(frame, count as usize) {
        Ok(Wrote::NoRoom) => 0,
        Ok(Wrote::Done) => 1,
        Ok(Wrote::Tell) => 2,
        Ok(Wrote::Never) => NEVER,
        Err(Broken) => BROKEN,
    }
}

#[no_mangle]
pub unsafe extern "C" fn polyray_ring_wait_for_room(
    head: *mut u8,
    capacity: u64,
    count: u64,
    spins: u32,
    timeout_ns: u64,
) -> i32 {
    waited(Ring::over(head, capacity).wait_for_room(count as usize, spins, timeout_ns))
}

#[no_mangle]
pub unsafe extern "C" fn polyray_ring_wait(
    head: *mut u8,
    capacity: u64,
    spins: u32,
    timeout_ns: u64,
) -> i32 {
    waited(Ring::over(head, capacity).wait(spins, timeout_ns))
}

#[no_mangle]
pub unsafe extern "C" fn polyray_ring_doze(head: *mut u8, capacity: u64) -> i32 {
    Ring::over(head, capacity).doze().into()
}

#[no_mangle]
pub unsafe extern "C" fn polyray_ring_look(head: *mut u8, capacity: u64, seen: *mut Seen) -> i32 {
    match Ring::over(head, capacity).look() {
        Ok(found) => {
            *seen = found;
            0
        }
        Err(Broken) => BROKEN,
    }
}

#[no_mangle]
pub unsafe extern "C" fn polyray_ring_next(
    head: *mut u8,
    capacity: u64,
    seen: *mut Seen,
    frame: *mut Frame,
) -> i32 {
    match Ring::over(head, capacity).next(&mut *seen) {
        Ok(None) => 0,
        Ok(Some(found)) => {
            *frame = found;
            1
        }
        Err(Broken) => BROKEN,
    }
}

#[no_mangle]
pub unsafe extern "C" fn polyray_frame_copy(frame: *const Frame, to: *mut u8) {
    (*frame).copy_to(to);
}

#[no_mangle]
pub unsafe extern "C" fn polyray_ring_release(head: *mut u8, capacity: u64, seen: *const Seen) {
    Ring::over(head, capacity).release(&*seen);
}

#[no_mangle]
pub unsafe extern "C" fn polyray_ring_take(
    head: *mut u8,
    capacity: u64,
    into: *mut u8,
    room: u64,
    ends: *mut u64,
    most: u64,
) -> i64 {
    match take(&Ring::over(head, capacity), into, room, ends, most) {
        Ok(count) => count as i64,
        Err(Broken) => BROKEN.into(),
    }
}

/// Frames one behind the other, as many as there is room for; where each of them ends.
unsafe fn take(
    ring: &Ring,
    into: *mut u8,
    room: u64,
    ends: *mut u64,
    most: u64,
) -> Result<u64, Broken> {
    let mut seen = ring.look()?;
    let (mut count, mut at) = (0, 0);
    while count < most {
        let mut behind = seen;
        let frame = match ring.next(&mut behind)? {
            Some(frame) if frame.bytes() as u64 <= room - at => frame,
            _ => break,
        };
        frame.copy_to(into.add(at as usize));
        at += frame.bytes() as u64;
        *ends.add(count as usize) = at;
        count += 1;
        seen = behind;
    }
    if count > 0 {
        ring.release(&seen);
    }
    Ok(count)
}

fn waited(ended: Waited) -> i32 {
    match ended {
        Waited::Changed => 1,
        Waited::TimedOut => 0,
        Waited::Again => -1,
    }
}
