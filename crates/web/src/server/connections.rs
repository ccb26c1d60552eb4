//! How many connections one address holds (R6, A21).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Settings;

pub(super) struct Connections {
    held: Mutex<HashMap<IpAddr, usize>>,
    settings: Settings,
}

impl Connections {
    pub(super) fn of(settings: &Settings) -> Self {
        Self { held: Mutex::default(), settings: settings.clone() }
    }

    /// A seat for one more connection from this address, unless it holds its share already.
    pub(super) fn seat(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        let address = address.to_canonical();
        // Behind a proxy stands everybody.
        let most = if self.settings.is_school_address(address) || self.settings.is_trusted_proxy(address) {
            self.settings.connections_per_school_address
        } else {
            self.settings.connections_per_address
        };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(address).or_insert(0);
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Seat { connections: Arc::clone(self), address })
    }
}

/// Given back when the connection ends.
pub(super) struct Seat {
    connections: Arc<Connections>,
    address: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut held = self.connections.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Connections;
    use crate::Settings;

    #[test]
    fn an_address_holds_its_share_and_gets_it_back() {
        let mut settings = Settings::on_loopback(0);
        settings.connections_per_address = 2;
        let connections = Arc::new(Connections::of(&settings));
        let address = "203.0.113.5".parse().unwrap();
        let first = connections.seat(address);
        let second = connections.seat(address);
        assert!(first.is_some() && second.is_some() && connections.seat(address).is_none());
        drop(first);
        assert!(connections.seat(address).is_some());
        assert!(connections.seat("203.0.113.6".parse().unwrap()).is_some());
    }
}
