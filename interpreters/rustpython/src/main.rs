//! RustPython as it is published, with native modules of this checkout linked in.

use std::process::ExitCode;

use rustpython::{InterpreterBuilder, InterpreterBuilderExt};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let builder = InterpreterBuilder::new().init_stdlib();
    let modules =
        [border_rustpython::module_def(&builder.ctx), polyray_rustpython::module_def(&builder.ctx)];
    rustpython::run(builder.add_native_modules(&modules))
}
