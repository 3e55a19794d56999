//! The configuration file, read whole with every error located.
