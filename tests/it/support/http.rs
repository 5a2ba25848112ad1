//! A small HTTP server that gives its answers in the order it was told.

use std::io::{BufRead as _, BufReader};
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
    requests: Arc<Mutex<Vec<String>>>,
}

impl HttpServer {
    /// Gives these answers, the last one again and again.
    pub(crate) fn start(replies: Vec<Reply>) -> Self {
        Self::start_with(replies, None)
    }

    /// The same over TLS.
    pub(crate) fn start_tls(replies: Vec<Reply>, tls: Arc<ServerConfig>) -> Self {
        Self::start_with(replies, Some(tls))
    }

    fn start_with(replies: Vec<Reply>, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let server = Self { port, requests: Arc::clone(&requests) };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let done = match &tls {
                    None => answer(&replies, &requests, stream),
                    Some(tls) => {
                        let connection = ServerConnection::new(Arc::clone(tls)).unwrap();
                        answer(&replies, &requests, StreamOwned::new(connection, stream))
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
        self.requests.lock().unwrap().clone()
    }
}

fn answer(
    replies: &[Reply],
    requests: &Mutex<Vec<String>>,
    stream: impl std::io::Read + std::io::Write,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let number = {
        let mut requests = requests.lock().unwrap();
        requests.push(head);
        requests.len() - 1
    };
    let out = stream.get_mut();
    match replies.get(number).or(replies.last()).unwrap() {
        Reply::HangUp => return Ok(()),
        Reply::Silence => drop(stream.read_line(&mut String::new())),
        Reply::CutOff => out.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhal")?,
        Reply::Say(status, headers, body) => {
            let length = body.len();
            write!(out, "HTTP/1.1 {status} x\r\n{headers}")?;
            write!(out, "content-length: {length}\r\nconnection: close\r\n\r\n")?;
            out.write_all(body)?;
        }
    }
    stream.get_mut().flush()
}

/// A port nobody listens on: free a moment ago, and closed again.
pub(crate) fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
