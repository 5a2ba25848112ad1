//! One session with a mail server, step by step, so that it is known how far it came.
//!
//! [`lettre::SmtpTransport`] reports a lost connection without saying whether the text was already
//! sent; that is why its connection is driven by hand here.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};

use super::server::{Server, Tls};
use super::{Lasts, Outcome, Parcel, Refusal};

/// How long the server may take to say goodbye.
const FAREWELL: Duration = Duration::from_secs(5);

/// Everything up to the end of the text; a failure is an outcome too.
pub(super) fn run(server: &Server, parcel: &Parcel) -> Result<Outcome, Outcome> {
    let session = Session { server, place: format!("{}:{}", server.host, server.port) };
    let from = address(&parcel.from)?;
    let to = parcel.to.iter().map(|to| address(to)).collect::<Result<Vec<_>, _>>()?;
    if to.is_empty() {
        return Err(Outcome::refused("the mail has no recipient; name one under `mail: to:`"));
    }
    let mut connection = session.open()?;
    let handed_over = session.hand_over(&mut connection, (from, to), parcel);
    drop(connection.set_timeout(Some(FAREWELL)));
    if matches!(handed_over, Ok(Outcome::Accepted(_))) {
        // The message is the server's by now, whatever it answers to the farewell.
        drop(connection.quit());
    } else {
        connection.abort();
    }
    handed_over
}

struct Session<'a> {
    server: &'a Server,
    place: String,
}

impl Session<'_> {
    fn open(&self) -> Result<SmtpConnection, Outcome> {
        let server = self.server;
        let tls = self.tls_parameters()?;
        let wrapped = tls.as_ref().filter(|_| server.tls == Tls::Wrapped);
        let hello = self.hello()?;
        let address = (server.host.as_str(), server.port);
        let mut connection =
            SmtpConnection::connect(address, Some(server.patience), &hello, wrapped, None)
                .map_err(|error| self.refused("connecting", &error))?;
        if let Some(tls) = tls.filter(|_| !connection.is_encrypted()) {
            if connection.can_starttls() {
                connection
                    .starttls(&tls, &hello)
                    .map_err(|error| self.refused("beginning TLS", &error))?;
            } else if server.tls == Tls::Required {
                connection.abort();
                return Err(self.no_starttls());
            }
        }
        self.log_in(&mut connection)?;
        Ok(connection)
    }

    fn hello(&self) -> Result<ClientId, Outcome> {
        match &self.server.hello {
            None => Ok(ClientId::default()),
            Some(name) if name.chars().all(|c| c.is_ascii_graphic()) => {
                Ok(ClientId::Domain(name.clone()))
            }
            Some(name) => Err(Outcome::refused(format!("{name:?} is no name of a host"))),
        }
    }

    fn tls_parameters(&self) -> Result<Option<TlsParameters>, Outcome> {
        if self.server.tls == Tls::None {
            return Ok(None);
        }
        let mut builder = TlsParameters::builder(self.server.host.clone());
        if let Some(ca) = &self.server.ca {
            let unusable = |error: Error| {
                Outcome::refused(format!("cannot use {}: {error}", ca.path().display()))
            };
            for certificate in ca.certificates() {
                let certificate = Certificate::from_der(certificate.der().to_vec());
                builder = builder.add_root_certificate(certificate.map_err(unusable)?);
            }
        }
        builder.build_rustls().map(Some).map_err(|error| self.refused("preparing TLS", &error))
    }

    fn log_in(&self, connection: &mut SmtpConnection) -> Result<(), Outcome> {
        let Some(login) = &self.server.login else { return Ok(()) };
        if !connection.is_encrypted() && !self.server.is_local() {
            connection.abort();
            return Err(Outcome::refused(format!(
                "{} offers no encryption, so the login was not sent; use smtps:// or tls=required",
                self.place
            )));
        }
        if connection.server_info().get_auth_mechanism(DEFAULT_MECHANISMS).is_none() {
            connection.abort();
            return Err(Outcome::refused(format!(
                "{} offers no login that is known here (PLAIN, LOGIN); take the `login-file` away, or \
                 use another port of this server",
                self.place
            )));
        }
        let credentials = Credentials::new(login.user.clone(), login.password.clone());
        connection.auth(DEFAULT_MECHANISMS, &credentials).map(drop).map_err(|error| {
            connection.abort();
            self.refused("logging in", &error)
        })
    }

    fn hand_over(
        &self,
        connection: &mut SmtpConnection,
        (from, to): (Address, Vec<Address>),
        parcel: &Parcel,
    ) -> Result<Outcome, Outcome> {
        let parameters = self.mail_parameters(connection, parcel)?;
        connection
            .command(Mail::new(Some(from), parameters))
            .map_err(|error| self.refused("naming the sender", &error))?;
        for to in to {
            let doing = format!("naming the recipient {to}");
            connection
                .command(Rcpt::new(to, Vec::new()))
                .map_err(|error| self.refused(&doing, &error))?;
        }
        let go_ahead =
            connection.command(Data).map_err(|error| self.refused("beginning the text", &error))?;
        if go_ahead.code().severity != Severity::PositiveIntermediate {
            return Err(Outcome::refused_for_now(format!(
                "{} did not let the text begin, it said `{}`",
                self.place,
                words(&go_ahead)
            )));
        }
        drop(connection.set_timeout(Some(self.server.last_patience)));
        // The end of the text brings its own line break.
        let text = parcel.message.strip_suffix(b"\r\n").unwrap_or(&parcel.message);
        Ok(self.settle(connection.message(text)))
    }

    fn mail_parameters(
        &self,
        connection: &SmtpConnection,
        parcel: &Parcel,
    ) -> Result<Vec<MailParameter>, Outcome> {
        let offers = |extension| connection.server_info().supports_feature(extension);
        let mut parameters = Vec::new();
        if !parcel.to.iter().chain([&parcel.from]).all(|address| address.is_ascii()) {
            if !offers(Extension::SmtpUtfEight) {
                return Err(self.cannot_carry("an address with letters beyond ASCII"));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !parcel.message.is_ascii() {
            if !offers(Extension::EightBitMime) {
                return Err(self.cannot_carry("a text with bytes beyond ASCII"));
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }

    /// After the text only the server's own word settles the matter: yes, or no.
    fn settle(&self, answer: Result<Response, Error>) -> Outcome {
        match answer {
            Ok(answer) if answer.code().severity == Severity::PositiveCompletion => {
                Outcome::Accepted(words(&answer))
            }
            Ok(answer) => self.unknown(&format!("it answered `{}`", words(&answer))),
            Err(error) if error.status().is_some() => self.refused("sending the text", &error),
            Err(error) => self.unknown(&in_words(&error)),
        }
    }

    fn unknown(&self, what: &str) -> Outcome {
        Outcome::Unknown(format!(
            "{} got the text, but it is not known whether it took the mail: {what}; look in the \
             archive of the list before sending it again",
            self.place
        ))
    }

    fn refused(&self, doing: &str, error: &Error) -> Outcome {
        let text = in_words(error);
        let about_trust = text.contains("certificate");
        let lasts = if error.is_permanent() || error.is_client() || about_trust {
            Lasts::UntilMended
        } else {
            Lasts::ForNow
        };
        let advice = match lasts {
            _ if about_trust => "name the root certificate of this server, if it is its own",
            Lasts::UntilMended => "mend the configuration, or ask the owner of this server",
            Lasts::ForNow => "run again later",
        };
        let why = format!("{} while {doing}: {text}; nothing was sent, {advice}", self.place);
        Outcome::Refused(Refusal { lasts, why })
    }

    fn no_starttls(&self) -> Outcome {
        Outcome::refused(format!(
            "{} offers no STARTTLS, so nothing was sent; use smtps://, or `?tls=none` where the way \
             to it is safe",
            self.place
        ))
    }

    fn cannot_carry(&self, what: &str) -> Outcome {
        Outcome::refused(format!("{} cannot carry {what}; nothing was sent", self.place))
    }
}

fn address(text: &str) -> Result<Address, Outcome> {
    text.parse().map_err(|error| {
        Outcome::refused(format!("`{}` is no address: {error}", text.escape_debug()))
    })
}

/// The server's words where it said some, else what happened to the connection.
fn in_words(error: &Error) -> String {
    let source = std::error::Error::source(error).map(ToString::to_string);
    match (error.status(), source) {
        (Some(code), Some(said)) => format!("{code} {said}"),
        (None, Some(source)) => source,
        _ => error.to_string(),
    }
}

fn words(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    format!("{} {}", response.code(), lines.join(" ")).trim_end().to_owned()
}
