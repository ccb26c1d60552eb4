//! What happens by time, one file each, the clock injected (ARC-16).
