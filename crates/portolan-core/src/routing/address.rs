//! Ranges of client addresses.

use std::net::IpAddr;

/// An address range in CIDR notation; a single address is a range of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressRange {
    network: IpAddr,
    bits: u8,
}

impl AddressRange {
    /// Reads `10.0.0.0/8`, `2001:db8::/32` or a single address; bits of the address behind the
    /// prefix do not count.
    ///
    /// ```
    /// use portolan_core::routing::AddressRange;
    /// let range = AddressRange::parse("10.1.2.3/8").expect("a range");
    /// assert!(range.contains("10.9.9.9".parse().expect("an address")));
    /// assert!(AddressRange::parse("10.0.0.0/33").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) if bits.bytes().all(|b| b.is_ascii_digit()) => {
                (address, Some(bits.parse().ok()?))
            }
            Some(_) => return None,
            None => (text, None),
        };
        let network: IpAddr = address.parse().ok()?;
        let most = if network.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { network, bits })
    }

    /// An address in it.
    pub(super) fn first(&self) -> IpAddr {
        self.network
    }

    /// Whether the address is in the range. An IPv4 address counts as itself however it is written.
    pub fn contains(&self, address: IpAddr) -> bool {
        let shifted = |address: IpAddr| match address {
            IpAddr::V4(v4) => u32::from(v4).checked_shr(32 - u32::from(self.bits)).unwrap_or(0).into(),
            IpAddr::V6(v6) => u128::from(v6).checked_shr(128 - u32::from(self.bits)).unwrap_or(0),
        };
        let address = address.to_canonical();
        address.is_ipv4() == self.network.is_ipv4() && shifted(address) == shifted(self.network)
    }
}

impl std::fmt::Display for AddressRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.network, self.bits)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for AddressRange {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::AddressRange;

    #[test]
    fn ranges_hold_their_addresses_only() {
        for (range, address, inside) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("192.168.1.7", "192.168.1.7", true),
            ("192.168.1.7", "192.168.1.8", false),
            ("192.168.1.7/31", "192.168.1.6", true),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("0.0.0.0/0", "::ffff:203.0.113.9", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "2001:db9::1", true),
            ("::1", "::1", true),
        ] {
            let parsed = AddressRange::parse(range).expect(range);
            assert_eq!(parsed.contains(address.parse().expect(address)), inside, "{address} in {range}");
        }
        for text in [
            "",
            "10.0.0",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "::/129",
            "a/8",
            "10.0.0.0/8/8",
            "10.0.0.0/+8",
        ] {
            assert!(AddressRange::parse(text).is_none(), "{text}");
        }
    }
}
