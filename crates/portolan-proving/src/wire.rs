//! A request as bytes on a socket, and the answer that comes back. Nothing here normalises anything.

use portolan_core::routing::Request;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

/// No program under test takes this long for one request on loopback.
const PATIENCE: Duration = Duration::from_secs(5);
/// More than any answer here has.
const LARGEST_BODY: u64 = 16 << 20;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

/// A client of one address, which keeps its connection while the server does.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
}

impl Client {
    /// A client of this address; it connects when it first asks.
    pub fn new(address: SocketAddr) -> Self {
        Client { address, connection: None }
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// When the server cannot be reached, says nothing in time, or says what is not HTTP.
    pub fn ask(&mut self, request: &Request) -> Result<Answer> {
        let bytes = message(request);
        let head = request.method == "HEAD";
        let kept = self.connection.is_some();
        match self.exchange(&bytes, head) {
            // The server may have closed a kept connection at the same moment.
            Err(error) if kept && error.kind() != ErrorKind::WouldBlock => {
                self.connection = None;
                self.exchange(&bytes, head)
            }
            result => result,
        }
    }

    fn exchange(&mut self, bytes: &[u8], head: bool) -> Result<Answer> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                stream.set_nodelay(true)?;
                BufReader::new(stream)
            }
        };
        connection.get_mut().write_all(bytes)?;
        let (answer, reusable) = read_answer(&mut connection, head)?;
        if reusable {
            self.connection = Some(connection);
        }
        Ok(answer)
    }
}

/// The bytes of a request.
fn message(request: &Request) -> Vec<u8> {
    let mut bytes = format!("{} {} HTTP/1.1\r\n", request.method, request.target).into_bytes();
    let mut line = |name: &str, value: &str| bytes.extend(format!("{name}: {value}\r\n").bytes());
    if !request.host.is_empty() {
        line("Host", &request.host);
    }
    for (name, value) in &request.headers {
        line(name, value);
    }
    if matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") {
        line("Content-Length", "0");
    }
    bytes.extend(b"\r\n");
    bytes
}

/// Reads lines up to an empty one: the first, and the headers.
pub fn read_head(stream: &mut impl BufRead) -> Result<(String, Vec<(String, String)>)> {
    let first = read_line(stream)?;
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream)?;
        if line.is_empty() {
            return Ok((first, headers));
        }
        let (name, value) = line.split_once(':').ok_or_else(|| invalid("a header without a colon"))?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
}

fn read_line(stream: &mut impl BufRead) -> Result<String> {
    let mut line = Vec::new();
    stream.take(1 << 16).read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Err(Error::new(ErrorKind::UnexpectedEof, "the connection ended within a line"));
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(String::from_utf8(line).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()))
}

fn read_answer(stream: &mut impl BufRead, head: bool) -> Result<(Answer, bool)> {
    let (first, headers) = read_head(stream)?;
    let status = first.split(' ').nth(1).and_then(|s| s.parse().ok());
    let status: u16 = status.ok_or_else(|| invalid("no status line"))?;
    let mut answer = Answer { status, headers, body: Vec::new() };
    let says = |name: &str, word: &str| answer.header(name).is_some_and(|v| v.eq_ignore_ascii_case(word));
    let mut reusable = !says("connection", "close");
    let chunked = says("transfer-encoding", "chunked");
    let length = answer.header("content-length").and_then(|l| l.parse::<u64>().ok());
    if head || status == 204 || status == 304 {
        return Ok((answer, reusable));
    }
    if chunked {
        loop {
            let size = u64::from_str_radix(read_line(stream)?.trim(), 16).map_err(|_| invalid("no chunk"))?;
            read_exactly(stream, size, &mut answer.body)?;
            if !read_line(stream)?.is_empty() {
                return Err(invalid("a chunk that does not end"));
            }
            if size == 0 {
                break;
            }
        }
    } else if let Some(length) = length {
        read_exactly(stream, length, &mut answer.body)?;
    } else {
        stream.take(LARGEST_BODY).read_to_end(&mut answer.body)?;
        reusable = false;
    }
    Ok((answer, reusable))
}

/// Reads so many bytes.
pub fn read_exactly(stream: &mut impl BufRead, length: u64, body: &mut Vec<u8>) -> Result<()> {
    if length > LARGEST_BODY {
        return Err(invalid("a body larger than any here"));
    }
    match stream.take(length).read_to_end(body)? as u64 == length {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::UnexpectedEof, "the connection ended within a body")),
    }
}

fn invalid(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

/// An address on loopback.
pub fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::from([127, 0, 0, 1]), port)
}

/// A port that nobody listens on at this moment.
///
/// # Errors
/// When the system has none.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(loopback(0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::{message, read_answer};
    use portolan_core::routing::Request;

    #[test]
    fn a_target_travels_byte_for_byte() {
        let request =
            Request { headers: vec![("x-a".into(), "1".into())], ..Request::get("H:1", "//%2f?#ä") };
        let text = String::from_utf8(message(&request)).expect("UTF-8");
        assert_eq!(text, "GET //%2f?#ä HTTP/1.1\r\nHost: H:1\r\nx-a: 1\r\n\r\n");
        assert!(!String::from_utf8(message(&Request::get("", "/"))).expect("UTF-8").contains("Host"));
    }

    #[test]
    fn bodies_end_where_the_headers_say() {
        for (text, body, kept) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", "ab", true),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", "ab", true),
            ("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400", "400", false),
            ("HTTP/1.1 204 No Content\r\n\r\n", "", true),
        ] {
            let (answer, reusable) = read_answer(&mut text.as_bytes(), false).expect(text);
            assert_eq!((answer.body.as_slice(), reusable), (body.as_bytes(), kept), "{text}");
        }
        assert!(
            read_answer(&mut "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab".as_bytes(), false).is_err()
        );
    }
}
