//! Browser SDK for the `LoginRocket` API.
