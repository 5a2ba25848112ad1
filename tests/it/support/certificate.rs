//! A throw-away certificate for `localhost`.

use std::path::PathBuf;
use std::sync::Arc;

use super::machine::bare_command;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;

const CONFIG: &str = "\
[req]
prompt = no
distinguished_name = name
x509_extensions = extensions
[name]
CN = localhost
[extensions]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:localhost, IP:127.0.0.1
";

/// A certificate, its key and where they lie.
pub(crate) struct Certificate {
    directory: TempDir,
}

impl Certificate {
    /// Makes one with the `openssl` program; `None`, and a line that says so, where there is none.
    #[expect(
        clippy::print_stderr,
        reason = "the person who runs the tests must see what was left out"
    )]
    pub(crate) fn make() -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("config"), CONFIG).unwrap();
        let made = bare_command("openssl")
            .current_dir(directory.path())
            .args(["req", "-x509", "-config", "config", "-nodes", "-days", "2", "-newkey", "ec"])
            .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"])
            .args(["-keyout", "key.pem", "-out", "certificate.pem"])
            .output();
        match made {
            Err(error) => {
                eprintln!("left out: this test needs the program `openssl` ({error})");
                None
            }
            Ok(output) => {
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                Some(Self { directory })
            }
        }
    }

    /// The file to trust.
    pub(crate) fn file(&self) -> PathBuf {
        self.directory.path().join("certificate.pem")
    }

    /// The server's side of TLS.
    pub(crate) fn server_config(&self) -> Arc<ServerConfig> {
        let certificate = CertificateDer::from_pem_file(self.file()).unwrap();
        let key = PrivateKeyDer::from_pem_file(self.directory.path().join("key.pem")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        Arc::new(config)
    }
}
