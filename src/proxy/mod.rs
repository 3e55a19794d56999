//! The way through the house, in the order of DESIGN section 4.
