//! What orders memory between processes; `checks/loom` puts a model of it in the place of this file.

pub use core::hint::spin_loop;
pub use core::sync::atomic::{fence, AtomicU64};
