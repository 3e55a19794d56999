//! The synthetic clinical system that the demo stands in front of.
