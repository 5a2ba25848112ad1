//! The `tagkeeper` program.

fn main() {}
