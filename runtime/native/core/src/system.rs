//! The few functions of the C library that are needed, without a crate that declares all of them.

#[cfg(target_arch = "x86_64")]
const SYS_FUTEX: i64 = 202;
#[cfg(target_arch = "aarch64")]
const SYS_FUTEX: i64 = 98;

const FUTEX_WAIT: i32 = 0;
const FUTEX_WAKE: i32 = 1;

pub const EINTR: i32 = 4;
pub const EINVAL: i32 = 22;
pub const ERANGE: i32 = 34;
pub const ETIMEDOUT: i32 = 110;
pub const O_RDWR: i32 = 0o2;
pub const O_CREAT: i32 = 0o100;
pub const O_EXCL: i32 = 0o200;
pub const O_CLOEXEC: i32 = 0o2_000_000;
pub const SEEK_END: i32 = 2;
pub const PROT_READ: i32 = 1;
pub const PROT_WRITE: i32 = 2;
pub const MAP_SHARED: i32 = 1;
pub const MADV_POPULATE_WRITE: i32 = 23;
#[cfg(target_arch = "aarch64")]
pub const AT_HWCAP: u64 = 16;

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

#[link(name = "c")]
extern "C" {
    pub fn open(path: *const u8, flags: i32, ...) -> i32;
    pub fn close(descriptor: i32) -> i32;
    pub fn unlink(path: *const u8) -> i32;
    pub fn ftruncate(descriptor: i32, size: i64) -> i32;
    pub fn lseek(descriptor: i32, offset: i64, whence: i32) -> i64;
    pub fn posix_fallocate(descriptor: i32, offset: i64, size: i64) -> i32;
    pub fn pwrite(descriptor: i32, bytes: *const u8, count: usize, offset: i64) -> isize;
    pub fn mmap(
        at: *mut u8,
        size: usize,
        protection: i32,
        flags: i32,
        descriptor: i32,
        offset: i64,
    ) -> *mut u8;
    pub fn munmap(at: *mut u8, size: usize) -> i32;
    pub fn madvise(at: *mut u8, size: usize, advice: i32) -> i32;
    #[cfg(target_arch = "aarch64")]
    pub fn getauxval(kind: u64) -> u64;
    fn nanosleep(time: *const Timespec, left: *mut Timespec) -> i32;
    fn syscall(number: i64, ...) -> i64;
    fn __errno_location() -> *mut i32;
}

/// Why the last call of this thread failed.
pub fn errno() -> i32 {
    // SAFETY: the C library gives the address of this thread's own number.
    unsafe { *__errno_location() }
}

/// Sleep while the word there is `expected`, so long at most; 0 or why it ended.
///
/// Miri takes the kernel's look at half a number for one of ours, which Rust's memory model does not
/// know. There nobody is woken: who waits sees a change when its time is over.
///
/// # Safety
/// `at` is a mapped address, aligned to four bytes.
pub unsafe fn futex_wait(at: *const u8, expected: u32, timeout_ns: u64) -> i32 {
    let time = Timespec {
        seconds: (timeout_ns / 1_000_000_000) as i64,
        nanoseconds: (timeout_ns % 1_000_000_000) as i64,
    };
    if cfg!(miri) {
        nanosleep(&time, core::ptr::null_mut());
        return ETIMEDOUT;
    }
    match syscall(SYS_FUTEX, at, FUTEX_WAIT, expected, &time as *const Timespec) {
        0 => 0,
        _ => errno(),
    }
}

/// Wake all who sleep there.
///
/// # Safety
/// `at` is a mapped address, aligned to four bytes.
pub unsafe fn futex_wake(at: *const u8) {
    if !cfg!(miri) {
        syscall(SYS_FUTEX, at, FUTEX_WAKE, i32::MAX);
    }
}
