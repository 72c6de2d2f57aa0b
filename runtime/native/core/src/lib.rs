//! What native accelerators of polyray do, written once for all of them.
//!
//! Owns the memory layouts of `LAYOUT.md` and every access to them. Refuses to know Python: each
//! route into an interpreter wraps this crate, or the C ABI that `library` gives it. Needs the C
//! library for system calls and nothing else.

#![no_std]
#![warn(missing_docs)]

#[cfg(test)]
extern crate std;

#[cfg(not(all(target_pointer_width = "64", target_endian = "little", target_os = "linux")))]
compile_error!("polyray's layouts are for 64-bit little-endian Linux: elsewhere it stays pure");

mod atomic;
pub mod checksum;
pub mod frames;
pub mod layout;
pub mod memory;
pub mod numbers;
pub mod ring;
pub mod segment;
mod system;
