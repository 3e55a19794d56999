//! What a panic may say: where, never what.
//!
//! A panic's message can hold the text that was being worked on (a string cut inside a character prints all of it), and standard error
//! is a log. So only the place in our code is printed.

use std::io::Write;

/// From here on, panics print their place only.
pub(super) fn quiet() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        // Nowhere to report that standard error is closed.
        drop(writeln!(std::io::stderr(), "error: an internal check failed{place}; the request was ended"));
    }));
}
