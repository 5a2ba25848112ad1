//! A file of root certificates, for hosts behind a company's own authority.

use std::path::{Path, PathBuf};

use ureq::tls::{Certificate, PemItem, parse_pem};

/// The root certificates of a PEM file.
#[derive(Clone, Debug)]
pub struct CaFile {
    path: PathBuf,
    certificates: Vec<Certificate<'static>>,
}

/// Why a file of root certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CaFileError {
    /// The file could not be read.
    #[error("cannot read the root certificates in {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file holds no certificate.
    #[error(
        "{} holds no certificate in PEM form; consider whether it is the file that \
         begins with `-----BEGIN CERTIFICATE-----`", .0.display()
    )]
    Empty(PathBuf),
}

impl CaFile {
    /// Reads the certificates of a PEM file, such as the one `SSL_CERT_FILE` names.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds no certificate.
    pub fn read(path: &Path) -> Result<Self, CaFileError> {
        let path = path.to_owned();
        let pem = match std::fs::read(&path) {
            Ok(pem) => pem,
            Err(source) => return Err(CaFileError::Read { path, source }),
        };
        let certificates: Vec<_> = parse_pem(&pem)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            })
            .collect();
        if certificates.is_empty() {
            return Err(CaFileError::Empty(path));
        }
        Ok(Self { path, certificates })
    }

    /// Where the certificates were read.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn certificates(&self) -> &[Certificate<'static>] {
        &self.certificates
    }
}
