//! A `LoginRocket` realm on localhost.

fn main() {}
