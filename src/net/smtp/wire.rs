//! Commands to a mail server and its replies, with limits on time and size.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

/// Bytes of a line at most; the standard says 512.
const LONGEST_LINE: usize = 4096;
/// Lines of a reply at most.
const MOST_LINES: usize = 200;

/// A connection to a mail server.
pub(super) struct Wire {
    stream: Stream,
    /// What arrived and was not read yet.
    buffer: Vec<u8>,
    /// When everything but the reply to the text has to be over.
    end: Instant,
    /// Whether a reply did not come whole.
    is_broken: bool,
}

enum Stream {
    Plain(Timed),
    Encrypted(Box<StreamOwned<ClientConnection, Timed>>),
    /// Between the two, or closed.
    Gone,
}

/// A connection that fails when its time is over, however often a byte arrives.
struct Timed {
    tcp: TcpStream,
    deadline: Instant,
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) code: u16,
    pub(super) lines: Vec<String>,
}

/// Why there is no reply.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The connection failed or was lost.
    Lost(io::Error),
    /// The server took too long.
    Slow,
    /// The server says more than any reply needs.
    TooMuch,
    /// This is no reply of a mail server.
    Garbled(String),
    /// The server cannot be trusted to be the right one.
    Trust(String),
}

impl Wire {
    /// Connects, and reads the greeting.
    pub(super) fn open(
        place: (&str, u16),
        patience: Duration,
        whole: Duration,
    ) -> Result<Self, Trouble> {
        let end = Instant::now() + whole;
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the host name has no address");
        for address in place.to_socket_addrs().map_err(Trouble::Lost)? {
            match TcpStream::connect_timeout(&address, patience) {
                Ok(tcp) => {
                    let stream = Stream::Plain(Timed { tcp, deadline: end });
                    return Ok(Self { stream, buffer: Vec::new(), end, is_broken: false });
                }
                Err(error) => last = error,
            }
        }
        Err(last.into())
    }

    /// Goes on with TLS. What came before it in the clear is not believed.
    pub(super) fn encrypt(
        &mut self,
        config: Arc<ClientConfig>,
        host: &str,
        patience: Duration,
    ) -> Result<(), Trouble> {
        if !self.buffer.is_empty() {
            return Err(Trouble::Garbled("it spoke before TLS began".to_owned()));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| {
            Trouble::Trust(format!("`{host}` is not a name that a certificate can hold"))
        })?;
        let Stream::Plain(mut timed) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Err(Trouble::Garbled("TLS began twice".to_owned()));
        };
        timed.deadline = self.end.min(Instant::now() + patience);
        let mut connection = ClientConnection::new(config, name)
            .map_err(|error| Trouble::Trust(error.to_string()))?;
        while connection.is_handshaking() {
            connection.complete_io(&mut timed)?;
        }
        self.stream = Stream::Encrypted(Box::new(StreamOwned::new(connection, timed)));
        Ok(())
    }

    pub(super) fn is_encrypted(&self) -> bool {
        matches!(self.stream, Stream::Encrypted(_))
    }

    /// The address on this side.
    pub(super) fn own_address(&self) -> Option<SocketAddr> {
        match &self.stream {
            Stream::Plain(timed) => timed.tcp.local_addr().ok(),
            Stream::Encrypted(stream) => stream.sock.tcp.local_addr().ok(),
            Stream::Gone => None,
        }
    }

    /// Says a line, and reads the reply.
    pub(super) fn command(&mut self, line: &str, patience: Duration) -> Result<Reply, Trouble> {
        self.set_deadline(self.end.min(Instant::now() + patience));
        self.say(format!("{line}\r\n").as_bytes())?;
        self.reply()
    }

    /// Ends the session, unless it broke off: then nothing sensible comes any more.
    pub(super) fn farewell(&mut self, patience: Duration) {
        if !self.is_broken {
            drop(self.command("QUIT", patience));
        }
    }

    /// The greeting.
    pub(super) fn greeting(&mut self, patience: Duration) -> Result<Reply, Trouble> {
        self.set_deadline(self.end.min(Instant::now() + patience));
        self.reply()
    }

    /// Sends the text, its end, and reads the reply.
    pub(super) fn text(&mut self, message: &[u8], patience: Duration) -> Result<Reply, Trouble> {
        self.set_deadline(Instant::now() + patience);
        self.say(&stuffed(message))?;
        self.reply()
    }

    fn say(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let stream: &mut dyn Write = match &mut self.stream {
            Stream::Plain(timed) => timed,
            Stream::Encrypted(stream) => stream.as_mut(),
            Stream::Gone => return Err(gone()),
        };
        stream.write_all(bytes)?;
        Ok(stream.flush()?)
    }

    fn set_deadline(&mut self, deadline: Instant) {
        match &mut self.stream {
            Stream::Plain(timed) => timed.deadline = deadline,
            Stream::Encrypted(stream) => stream.sock.deadline = deadline,
            Stream::Gone => {}
        }
    }

    fn reply(&mut self) -> Result<Reply, Trouble> {
        let reply = self.whole_reply();
        self.is_broken |= reply.is_err();
        reply
    }

    fn whole_reply(&mut self) -> Result<Reply, Trouble> {
        let mut reply: Option<Reply> = None;
        loop {
            let line = self.line()?;
            let (code, is_last, words) =
                parsed(&line).ok_or_else(|| Trouble::Garbled(format!("it said `{line}`")))?;
            let reply = reply.get_or_insert_with(|| Reply { code, lines: Vec::new() });
            if reply.code != code {
                return Err(Trouble::Garbled(format!(
                    "it said {} and {code} in one reply",
                    reply.code
                )));
            }
            reply.lines.push(words.to_owned());
            if is_last {
                return Ok(reply.clone());
            }
            if reply.lines.len() >= MOST_LINES {
                return Err(Trouble::TooMuch);
            }
        }
    }

    /// The next line, without its end.
    fn line(&mut self) -> Result<String, Trouble> {
        loop {
            if let Some(at) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=at).collect();
                let line = String::from_utf8_lossy(&line);
                return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
            }
            if self.buffer.len() > LONGEST_LINE {
                return Err(Trouble::TooMuch);
            }
            let mut chunk = [0; 1024];
            let stream: &mut dyn Read = match &mut self.stream {
                Stream::Plain(timed) => timed,
                Stream::Encrypted(stream) => stream.as_mut(),
                Stream::Gone => return Err(gone()),
            };
            match stream.read(&mut chunk)? {
                0 => return Err(gone()),
                length => self.buffer.extend_from_slice(&chunk[..length]),
            }
        }
    }
}

fn gone() -> Trouble {
    Trouble::Lost(io::Error::new(io::ErrorKind::UnexpectedEof, "the server hung up"))
}

/// Code, whether it is the last line, and the words.
fn parsed(line: &str) -> Option<(u16, bool, &str)> {
    let (code, rest) = line.split_at_checked(3)?;
    let is_code =
        code.starts_with(['2', '3', '4', '5']) && code.bytes().all(|byte| byte.is_ascii_digit());
    let is_last = match rest.bytes().next() {
        None | Some(b' ') => true,
        Some(b'-') => false,
        Some(_) => return None,
    };
    is_code
        .then(|| code.parse().ok())?
        .map(|code| (code, is_last, rest.get(1..).unwrap_or_default().trim_end()))
}

/// A text as it goes over the wire: a line that begins with a dot has another one, and a dot alone ends it.
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(message.len() + 16);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if line.first() == Some(&b'.') {
            bytes.push(b'.');
        }
        bytes.extend_from_slice(line);
    }
    if !bytes.ends_with(b"\r\n") {
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b".\r\n");
    bytes
}

impl Timed {
    fn left(&self) -> io::Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.tcp.set_read_timeout(Some(self.left()?))?;
        self.tcp.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tcp.set_write_timeout(Some(self.left()?))?;
        self.tcp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::Slow,
            io::ErrorKind::InvalidData if error.to_string().contains("certificate") => {
                Self::Trust(error.to_string())
            }
            io::ErrorKind::InvalidData => Self::Garbled(error.to_string()),
            _ => Self::Lost(error),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(error) => error.fmt(f),
            Self::Slow => f.write_str("no whole reply in time"),
            Self::TooMuch => f.write_str("the reply is longer than any mail server needs"),
            Self::Garbled(what) => write!(f, "that is no mail server: {what}"),
            Self::Trust(why) => write!(f, "the server cannot be trusted: {why}"),
        }
    }
}

impl Reply {
    /// 2xx: done.
    pub(super) fn is_done(&self) -> bool {
        self.code / 100 == 2
    }

    /// 3xx: go on.
    pub(super) fn is_go_on(&self) -> bool {
        self.code / 100 == 3
    }

    /// 5xx: not before something is changed.
    pub(super) fn is_permanent(&self) -> bool {
        self.code / 100 == 5
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(format!("{} {}", self.code, self.lines.join(" ")).trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_line_has_a_code() {
        assert_eq!(parsed("250-SIZE 1"), Some((250, false, "SIZE 1")));
        assert_eq!(parsed("250"), Some((250, true, "")));
        assert_eq!(parsed("550 no "), Some((550, true, "no")));
        for line in ["", "25", "HTTP/1.1 200 OK", "1234", "25x no", "650 no", "2é0"] {
            assert_eq!(parsed(line), None, "{line}");
        }
    }

    #[test]
    fn no_line_of_a_text_ends_it() {
        assert_eq!(stuffed(b"a\r\n.\r\n..b\r\n"), b"a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(stuffed(b".a"), b"..a\r\n.\r\n");
    }
}
