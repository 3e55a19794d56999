//! The `fanlight` binary; everything is in the library's [`fanlight::cli`].

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    fanlight::cli::main()
}
