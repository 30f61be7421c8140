//! Backends that say who they are and what they received.
//!
//! One listener for every port of every Service, so that whoever is reached is known by the port.

use crate::wire::{self, read_exactly, read_head};
use std::collections::HashMap;
use std::io::{BufReader, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// Names the Service, `namespace/name`.
pub const SERVICE: &str = "X-Proving-Service";
/// Names the Service port.
pub const PORT: &str = "X-Proving-Port";
/// The request target, as received.
pub const TARGET: &str = "X-Proving-Target";
/// The `Host` header, as received.
pub const HOST: &str = "X-Proving-Host";

/// All backends.
#[derive(Debug, Default)]
pub struct Echoes {
    ports: HashMap<(String, u16), u16>,
    statuses: HashMap<u16, u16>,
}

impl Echoes {
    /// The port on loopback where this port of this Service is served.
    ///
    /// # Errors
    /// When the system has no port left.
    pub fn port(&mut self, service: &str, port: u16) -> Result<u16> {
        let key = (service.to_owned(), port);
        if let Some(&known) = self.ports.get(&key) {
            return Ok(known);
        }
        let who = key.clone();
        let here = listen(move |target, host| {
            let (service, port) = &who;
            format!(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{SERVICE}: {service}\r\n{PORT}: {port}\r\n\
                 {TARGET}: {}\r\n{HOST}: {}\r\n\r\n",
                encode(target),
                encode(host)
            )
        })?;
        self.ports.insert(key, here);
        Ok(here)
    }

    /// The port on loopback of one who answers this status and says nothing.
    ///
    /// # Errors
    /// When the system has no port left.
    pub fn status(&mut self, status: u16) -> Result<u16> {
        if let Some(&known) = self.statuses.get(&status) {
            return Ok(known);
        }
        let here = listen(move |_, _| format!("HTTP/1.1 {status} -\r\nContent-Length: 0\r\n\r\n"))?;
        self.statuses.insert(status, here);
        Ok(here)
    }
}

/// Serves what `answer` makes of a target and a host, on a port of its own.
fn listen(answer: impl Fn(&str, &str) -> String + Send + Sync + 'static) -> Result<u16> {
    let listener = TcpListener::bind(wire::loopback(0))?;
    let port = listener.local_addr()?.port();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            // A proxy that goes away is no concern of a backend.
            std::thread::spawn(move || drop(serve(stream, &*answer)));
        }
    });
    Ok(port)
}

fn serve(stream: TcpStream, answer: &dyn Fn(&str, &str) -> String) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    loop {
        let (first, headers) = read_head(&mut stream)?;
        let header =
            |name: &str| headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|h| h.1.as_str());
        let length = header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
        read_exactly(&mut stream, length, &mut Vec::new())?;
        // Method, target and version; a target may hold spaces if a proxy lets them through.
        let target = first.split_once(' ').and_then(|(_, rest)| rest.rsplit_once(' ')).map_or("", |(t, _)| t);
        let host = header("host").unwrap_or_default();
        stream.get_mut().write_all(answer(target, host).as_bytes())?;
    }
}

/// A text that any proxy passes on in a header: what is not a plain character is written `=XX`.
fn encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/.:-_~?%&#".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("={b:02X}") }).collect()
}

/// The text that was encoded.
pub fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, others)) = rest.split_first() {
        let hex = others.get(..2).filter(|_| first == b'=');
        let byte = hex.and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = others.get(if byte.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Echoes, HOST, SERVICE, TARGET, decode, encode};
    use crate::wire::{Client, loopback};
    use portolan_core::routing::Request;

    #[test]
    fn encoding_is_undone() {
        for text in ["/a?b=c&d=%3D#e", "/ä b", "", "=", "=4", "a:80"] {
            assert_eq!(decode(&encode(text)), text);
        }
    }

    #[test]
    fn backends_say_who_they_are_and_what_they_got() {
        let mut echoes = Echoes::default();
        for name in ["default/a", "team/a"] {
            let mut client = Client::new(loopback(echoes.port(name, 80).expect("a port")));
            let answer = client.ask(&Request::get("H.com:81", "//x/../%2f?y=1")).expect("an answer");
            assert_eq!(answer.header(SERVICE), Some(name));
            assert_eq!(answer.header(TARGET).map(decode).as_deref(), Some("//x/../%2f?y=1"));
            assert_eq!(answer.header(HOST), Some("H.com:81"));
        }
    }
}
