//! The way through the house, in the order of DESIGN section 4.
//!
//! [`house::House`] is what every request shares; [`serve::serve`] accepts connections and runs each request through
//! the pipeline.

pub mod hooks;
pub mod house;
pub mod serve;
pub mod trust;
pub mod viewers;

pub use house::House;
pub use serve::serve;
