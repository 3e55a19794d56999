//! The way through the house, in the order of DESIGN section 4.
//!
//! [`house::House`] is what every request shares; [`serve::serve`] accepts connections and runs each request through
//! `pipeline` (up to the upstream) and `exchange` (back to the viewer).

mod body;
mod controls;
mod documents;
mod enclosed;
mod exchange;
pub mod hooks;
pub mod house;
mod inbound;
mod lines;
mod memory;
mod own;
mod page;
mod pictured;
mod pipeline;
pub mod serve;
pub mod settings;
mod stream;
pub mod trust;
pub mod viewers;
mod visit;
mod websocket;

pub use body::{Body, Cut};
pub use house::House;
pub use serve::serve;
