//! The core for RustPython, which imports no native module: a program has this one linked in.
//!
//! Its functions take addresses, as those of `polyray_native.h` do; `polyray.accel.by_rust` makes
//! segments and rings of them. What copies much or waits lets other threads collect meanwhile.

use rustpython_vm::Context;
use rustpython_vm::builtins::PyModuleDef;

/// The module, for whoever makes an interpreter with it.
pub fn module_def(context: &Context) -> &'static PyModuleDef {
    _polyray_rust::module_def(context)
}

#[rustpython_vm::pymodule]
mod _polyray_rust {
    use core::slice;
    use core::sync::atomic::Ordering::SeqCst;

    use polyray_core::numbers::{self, LOOK_NS, Waited};
    use polyray_core::ring::{Broken, Refused, Ring, Wrote};
    use polyray_core::{checksum, layout, memory, segment};
    use rustpython_vm::builtins::PyBytesRef;
    use rustpython_vm::function::{ArgBytesLike, ArgMemoryBuffer, OptionalArg};
    use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

    // What `polyray.accel.addressed` understands.
    const NEVER: i32 = -1;
    const BROKEN: i32 = -2;
    const OTHER_LAYOUT: i32 = -3;
    const OTHER_CAPACITY: i32 = -4;
    /// From here on a copy takes longer than letting others collect.
    const MUCH: usize = 1 << 20;

    #[pyattr]
    const LAYOUT: u32 = layout::LAYOUT;

    /// Bytes of any object; they stay where they are as long as it is borrowed.
    fn parts(data: &ArgBytesLike) -> (*const u8, usize) {
        let bytes = data.borrow_buf();
        (bytes.as_ptr(), bytes.len())
    }

    // --- memory ----------------------------------------------------------------------------

    #[pyfunction]
    fn crc32c(data: ArgBytesLike, before: OptionalArg<u32>) -> u32 {
        let (at, count) = parts(&data);
        // SAFETY: the object is borrowed until the end.
        checksum::crc32c(before.unwrap_or(0), unsafe { slice::from_raw_parts(at, count) })
    }

    /// Where a mapping lies. It stays there while somebody has a view of it.
    #[pyfunction]
    fn address_of(mapping: ArgMemoryBuffer) -> usize {
        mapping.borrow_buf_mut().as_mut_ptr() as usize
    }

    #[pyfunction]
    fn copy(to: usize, data: ArgBytesLike, _count: usize, vm: &VirtualMachine) {
        let (from, count) = parts(&data);
        // SAFETY: the caller has seen that there is room.
        let run = || unsafe { memory::copy(to as *mut u8, from, count) };
        if count < MUCH { run() } else { vm.allow_threads(run) }
    }

    #[pyfunction]
    fn prefault(descriptor: i32, base: usize, size: u64, vm: &VirtualMachine) -> i32 {
        // SAFETY: a mapping of that file.
        let run = || unsafe { segment::prefault(descriptor, base as *mut u8, size) };
        vm.allow_threads(run).err().unwrap_or(0)
    }

    // --- numbers ---------------------------------------------------------------------------

    fn number<'a>(at: usize) -> &'a numbers::Number {
        // SAFETY: the caller has seen that it lies in a mapping, and aligned.
        unsafe { numbers::number(at as *mut u8) }
    }

    #[pyfunction]
    fn load(at: usize) -> u64 {
        number(at).load(SeqCst)
    }

    #[pyfunction]
    fn cas(at: usize, expected: u64, new: u64) -> u64 {
        numbers::compare_and_set(number(at), expected, new)
    }

    #[pyfunction]
    fn add(at: usize, amount: u64) -> u64 {
        number(at).fetch_add(amount, SeqCst)
    }

    #[pyfunction]
    fn wait(at: usize, value: u64, spins: u32, left_ns: u64, vm: &VirtualMachine) -> PyResult<i32> {
        let run = || numbers::wait(number(at), value, spins, left_ns, LOOK_NS);
        waited(vm.allow_threads(run), vm)
    }

    #[pyfunction]
    fn wake(at: usize) {
        numbers::wake(number(at));
    }

    fn waited(ended: Waited, vm: &VirtualMachine) -> PyResult<i32> {
        Ok(match ended {
            Waited::Changed => 1,
            Waited::TimedOut => 0,
            Waited::Again => {
                vm.check_signals()?;
                -1
            }
        })
    }

    // --- rings -----------------------------------------------------------------------------

    fn ring<'a>(head: usize, capacity: u64) -> Ring<'a> {
        // SAFETY: the caller has seen that it lies in a mapping, and aligned.
        unsafe { Ring::over(head as *mut u8, capacity) }
    }

    #[pyfunction]
    fn ring_open(head: usize, capacity: u64) -> i32 {
        // SAFETY: as for `ring`.
        match unsafe { Ring::open(head as *mut u8, capacity) } {
            Ok(_) => 0,
            Err(Refused::Identity(_)) => OTHER_LAYOUT,
            Err(Refused::Capacity(_)) => OTHER_CAPACITY,
        }
    }

    #[pyfunction]
    fn ring_write(head: usize, capacity: u64, frame: PyBytesRef, _count: usize) -> i32 {
        let frame = frame.as_bytes();
        // SAFETY: a ring has one writer.
        match unsafe { ring(head, capacity).write(frame.as_ptr(), frame.len()) } {
            Ok(Wrote::NoRoom) => 0,
            Ok(Wrote::Done) => 1,
            Ok(Wrote::Tell) => 2,
            Ok(Wrote::Never) => NEVER,
            Err(Broken) => BROKEN,
        }
    }

    /// All frames that are whole, or None where there is what no writer makes.
    #[pyfunction]
    fn ring_frames(head: usize, capacity: u64, vm: &VirtualMachine) -> PyObjectRef {
        match frames(&ring(head, capacity), vm) {
            Ok(found) => vm.ctx.new_list(found).into(),
            Err(Broken) => vm.ctx.none(),
        }
    }

    fn frames(ring: &Ring, vm: &VirtualMachine) -> Result<Vec<PyObjectRef>, Broken> {
        let mut seen = ring.look()?;
        let mut found = Vec::new();
        while let Some(frame) = ring.next(&mut seen)? {
            let mut bytes = vec![0; frame.bytes()];
            // SAFETY: there is room for it.
            unsafe { frame.copy_to(bytes.as_mut_ptr()) };
            found.push(vm.ctx.new_bytes(bytes).into());
        }
        if !found.is_empty() {
            ring.release(&seen);
        }
        Ok(found)
    }

    #[pyfunction]
    fn ring_wait(
        head: usize,
        capacity: u64,
        spins: u32,
        left_ns: u64,
        vm: &VirtualMachine,
    ) -> PyResult<i32> {
        waited(vm.allow_threads(|| ring(head, capacity).wait(spins, left_ns)), vm)
    }

    #[pyfunction]
    fn ring_wait_for_room(
        head: usize,
        capacity: u64,
        count: usize,
        spins: u32,
        left_ns: u64,
        vm: &VirtualMachine,
    ) -> PyResult<i32> {
        let run = || ring(head, capacity).wait_for_room(count, spins, left_ns);
        waited(vm.allow_threads(run), vm)
    }

    #[pyfunction]
    fn ring_doze(head: usize, capacity: u64) -> bool {
        ring(head, capacity).doze()
    }
}
