//! A small HTTP server that gives its answers in the order it was told.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// One answer.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Status with further headers, each ended by CRLF, and body.
    Say(u16, &'static str, Vec<u8>),
    /// Nothing: the connection is closed.
    HangUp,
    /// A body that is cut off.
    CutOff,
    /// Nothing, until the client goes away.
    Silence,
}

/// A running server; it ends with the test.
pub(crate) struct HttpServer {
    pub(crate) port: u16,
    requests: Arc<Mutex<Vec<Asked>>>,
}

/// One request.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Asked {
    /// Such as `GET /a?b`.
    pub(crate) fn line(&self) -> &str {
        self.head.split(" HTTP/").next().unwrap()
    }
}

/// The answer to the request of that number.
type Script = Box<dyn Fn(usize, &Asked) -> Reply + Send>;

impl HttpServer {
    /// Gives these answers, the last one again and again.
    pub(crate) fn start(replies: Vec<Reply>) -> Self {
        Self::start_with(in_order(replies), None)
    }

    /// Answers each request as `script` says, which gets its number.
    pub(crate) fn play(script: impl Fn(usize, &Asked) -> Reply + Send + 'static) -> Self {
        Self::start_with(Box::new(script), None)
    }

    /// The same over TLS.
    pub(crate) fn start_tls(replies: Vec<Reply>, tls: Arc<ServerConfig>) -> Self {
        Self::start_with(in_order(replies), Some(tls))
    }

    fn start_with(script: Script, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let server = Self { port, requests: Arc::clone(&requests) };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let done = match &tls {
                    None => answer(&script, &requests, stream),
                    Some(tls) => {
                        let connection = ServerConnection::new(Arc::clone(tls)).unwrap();
                        answer(&script, &requests, StreamOwned::new(connection, stream))
                    }
                };
                // A client that goes away in the middle is part of the tests.
                drop(done);
            }
        });
        server
    }

    /// The address of a path on this server.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The heads of all requests.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.head).collect()
    }

    /// All requests.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.requests.lock().unwrap().clone()
    }
}

fn in_order(replies: Vec<Reply>) -> Script {
    Box::new(move |number, _| replies.get(number).or(replies.last()).unwrap().clone())
}

fn answer(
    script: &Script,
    requests: &Mutex<Vec<Asked>>,
    stream: impl std::io::Read + std::io::Write,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = lengths.next().map_or(0, |(_, length)| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let asked = Asked { head, body: String::from_utf8(body).unwrap() };
    let number = {
        let mut requests = requests.lock().unwrap();
        requests.push(asked.clone());
        requests.len() - 1
    };
    let out = stream.get_mut();
    match script(number, &asked) {
        Reply::HangUp => return Ok(()),
        Reply::Silence => drop(stream.read_line(&mut String::new())),
        Reply::CutOff => out.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhal")?,
        Reply::Say(status, headers, body) => {
            let length = body.len();
            write!(out, "HTTP/1.1 {status} x\r\n{headers}")?;
            write!(out, "content-length: {length}\r\nconnection: close\r\n\r\n")?;
            out.write_all(&body)?;
        }
    }
    stream.get_mut().flush()
}

/// A port nobody listens on: free a moment ago, and closed again.
pub(crate) fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
