//! What a journey consists of. Every hop says what came in and what goes out; what goes out of one
//! hop is what comes into the next.

use crate::cluster::Protocol;
use crate::routing::{Certainty, Origin};
use std::fmt;

/// The way of one request or connection from the client to whoever answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// The hops, in the order in which the packet meets them; never empty, the client's is the first.
    pub hops: Vec<Hop>,
    /// How it ends; always at the last hop.
    pub end: End,
    /// How sure the course and its end are. Of the alternatives at a hop, which one a given connection
    /// takes is open even where this is certain.
    pub certainty: Certainty,
    /// Whether the controller was on the way: only then has an Ingress or HTTPRoute a say.
    pub controller_asked: bool,
}

/// One stop on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// What acts.
    pub actor: Actor,
    /// A stable name of who acts, made of [`Actor::word`] and what tells it from its like:
    /// `client`, `dns:foo.bar.com`, `floating-ip:default/influxdb`, `balancer:default/influxdb`,
    /// `node:n1`, `controller`, `pod:default/web-0`, `endpoint:10.0.0.7`, `external:example.com`.
    pub id: String,
    /// Who acts, for people.
    pub title: String,
    /// The packet as it comes in; `None` at the client.
    pub arrives: Option<Flow>,
    /// The packet as it goes out; `None` where the journey ends.
    pub leaves: Option<Flow>,
    /// What is spoken here: `TCP`, `UDP`, `SCTP`, `HTTP`, `HTTPS`, `DNS`.
    pub protocol: &'static str,
    /// What is done to the packet.
    pub act: Act,
    /// The same in a sentence.
    pub text: String,
    /// Between what it chooses, where it does.
    pub choice: Option<Choice>,
    /// The line of the manifests that decides here.
    pub origin: Option<Origin>,
    /// What the next one sees of the client's address.
    pub client: ClientAddress,
    /// What can go wrong here, a sentence each.
    pub risks: Vec<String>,
    /// The Service whose rules are followed here: `default/web`.
    pub service: Option<String>,
    /// That Service's port.
    pub port: Option<u16>,
    /// The node on which this happens, where it is known.
    pub node: Option<String>,
}

/// Who acts at a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Actor {
    /// Who asks.
    Client,
    /// A name server.
    Dns,
    /// A public address that a router translates to a private one.
    FloatingIp,
    /// A load balancer outside the cluster.
    Balancer,
    /// A node: its kube-proxy, or whoever holds a port of it.
    Node,
    /// The pod of a controller, which reads HTTP.
    Controller,
    /// A pod, or an endpoint that is none.
    Pod,
    /// Something outside that the manifests know by name only.
    External,
}

impl Actor {
    /// The word in ids and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Actor::Client => "client",
            Actor::Dns => "dns",
            Actor::FloatingIp => "floating-ip",
            Actor::Balancer => "balancer",
            Actor::Node => "node",
            Actor::Controller => "controller",
            Actor::Pod => "pod",
            Actor::External => "external",
        }
    }
}

/// What is done to a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Act {
    /// Opened.
    Sends,
    /// A name became an address.
    Resolves,
    /// The destination was rewritten (DNAT).
    Translates,
    /// Destination and source were rewritten (DNAT and SNAT).
    Masquerades,
    /// The connection ends here and a new one is opened.
    Proxies,
    /// Handed on unchanged.
    Passes,
    /// Arrived.
    Receives,
    /// Answered here: a redirect, an error.
    Answers,
    /// Thrown away without a word: the client waits until its timeout.
    Drops,
    /// Turned away at once: ICMP unreachable or a reset.
    Refuses,
    /// Not known what happens.
    Loses,
}

impl Act {
    /// The word on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Act::Sends => "sends",
            Act::Resolves => "resolves",
            Act::Translates => "translates",
            Act::Masquerades => "masquerades",
            Act::Proxies => "proxies",
            Act::Passes => "passes",
            Act::Receives => "receives",
            Act::Answers => "answers",
            Act::Drops => "drops",
            Act::Refuses => "refuses",
            Act::Loses => "loses",
        }
    }
}

/// Where a packet comes from and where it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The source. Its port is whichever was free.
    pub from: Address,
    /// The destination.
    pub to: Socket,
}

/// An address and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket {
    /// The address.
    pub address: Address,
    /// The port.
    pub port: Port,
}

/// An address, if the manifests have it. One that they lack is never made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// An IP address, or a host name before DNS was asked.
    Known(String),
    /// What it is the address of: `node n1`, `VIP`.
    Unknown(String),
}

/// A port, if the manifests have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// This one.
    Number(u16),
    /// A node port that the cluster picks: 30000 to 32767 unless the API server's
    /// `--service-node-port-range` says otherwise.
    Allocated,
    /// Not known.
    Unknown,
}

impl Address {
    /// An address that is known.
    pub fn known(address: &str) -> Self {
        Address::Known(address.to_owned())
    }

    /// The address, where it is known.
    pub fn as_known(&self) -> Option<&str> {
        match self {
            Address::Known(address) => Some(address),
            Address::Unknown(_) => None,
        }
    }
}

impl Port {
    /// The number, where it is known.
    pub const fn number(self) -> Option<u16> {
        match self {
            Port::Number(n) => Some(n),
            _ => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Known(address) if address.contains(':') => write!(f, "[{address}]"),
            Address::Known(address) => f.write_str(address),
            Address::Unknown(name) => write!(f, "<{name}>"),
        }
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Port::Number(n) => write!(f, "{n}"),
            Port::Allocated => f.write_str("30000-32767"),
            Port::Unknown => f.write_str("?"),
        }
    }
}

impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.address, self.port)
    }
}

/// What is chosen between at a hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// How: `ROUND_ROBIN`, `random`, `ClientIP`, `5-tuple hash`, `L2 leader`, `ECMP`, `weight` …
    pub how: &'static str,
    /// What there is, in the manifests' order; at most [`Choice::MOST`].
    pub of: Vec<Alternative>,
    /// How many more there are.
    pub omitted: usize,
    /// The one that this journey goes on with; `None` where none is available.
    pub picked: Option<usize>,
}

impl Choice {
    /// How many alternatives are listed at most.
    pub const MOST: usize = 100;
}

/// Something that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// Its id, as a [`Hop::id`].
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Where it is reached.
    pub socket: Socket,
    /// The node that it is or runs on, where that is known.
    pub node: Option<String>,
    /// Why it is not chosen; `None` where it may be.
    pub unavailable: Option<String>,
}

/// What is seen of the client's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientAddress {
    /// It is the packet's source.
    Kept,
    /// The packet's source is somebody else, and nothing tells the client's address.
    Hidden,
    /// The packet's source is somebody else; this names the client: `X-Forwarded-For`, the PROXY
    /// protocol.
    Told(&'static str),
}

impl ClientAddress {
    /// The word for programs.
    pub const fn word(&self) -> &'static str {
        match self {
            ClientAddress::Kept => "kept",
            ClientAddress::Hidden => "hidden",
            ClientAddress::Told(_) => "told",
        }
    }
}

/// How a journey ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// How.
    pub kind: EndKind,
    /// Why, in a sentence.
    pub why: String,
    /// All that may receive the packet on the course that was taken, where it is received.
    pub endpoints: Vec<Alternative>,
}

/// How a journey ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum EndKind {
    /// It reaches one of the endpoints.
    Reached,
    /// The controller answers by itself.
    Answered,
    /// It is thrown away without a word.
    Dropped,
    /// It is turned away at once.
    Refused,
    /// No way leads there.
    Unreachable,
    /// The manifests do not say.
    Unknown,
}

impl EndKind {
    /// The word on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            EndKind::Reached => "reached",
            EndKind::Answered => "answered",
            EndKind::Dropped => "dropped",
            EndKind::Refused => "refused",
            EndKind::Unreachable => "unreachable",
            EndKind::Unknown => "unknown",
        }
    }

    pub(super) const fn act(self) -> Act {
        match self {
            EndKind::Reached => Act::Receives,
            EndKind::Answered => Act::Answers,
            EndKind::Dropped => Act::Drops,
            EndKind::Refused | EndKind::Unreachable => Act::Refuses,
            EndKind::Unknown => Act::Loses,
        }
    }
}

/// Where a connection is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aim {
    /// An address or name, and a port.
    Address {
        /// TCP, UDP or SCTP.
        protocol: Protocol,
        /// The address or name, without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// A port of a Service, at whatever address of it the client can best use: from a pod the cluster
    /// IP, from elsewhere the load balancer or else a node port.
    Service {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// The port.
        port: u16,
    },
}

impl Aim {
    /// Reads `tcp://ADDRESS:PORT`, `udp://…`, `sctp://…` or `service://NAMESPACE/NAME:PORT`.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Aim, String> {
        let wrong = || {
            format!(
                "{text:?} is no destination; write tcp://ADDRESS:PORT, udp://ADDRESS:PORT or \
                 service://NAMESPACE/NAME:PORT"
            )
        };
        let (scheme, rest) = text.trim().split_once("://").ok_or_else(wrong)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = rest.rsplit_once(':').ok_or_else(wrong)?;
        let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        let port = Some(port).filter(|_| digits).and_then(|p| p.parse().ok()).filter(|p| *p > 0);
        let port: u16 = port.ok_or_else(wrong)?;
        if scheme.eq_ignore_ascii_case("service") {
            let (namespace, name) = host.split_once('/').unwrap_or(("default", host));
            if namespace.is_empty() || name.is_empty() || name.contains('/') {
                return Err(wrong());
            }
            return Ok(Aim::Service { namespace: namespace.to_owned(), name: name.to_owned(), port });
        }
        let protocol = Protocol::from_word(&scheme.to_ascii_uppercase()).ok_or_else(wrong)?;
        let inner = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        // What is in brackets is an IPv6 address, and only that has colons.
        let fine = match inner {
            Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
            }
        };
        if !fine {
            return Err(wrong());
        }
        Ok(Aim::Address { protocol, host: inner.unwrap_or(host).to_owned(), port })
    }
}
