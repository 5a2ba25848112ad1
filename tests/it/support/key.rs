//! Keys of our own, made by the real programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use tagkeeper::git::Signer;
use tempfile::TempDir;

use crate::support::git::{bare_command, must};

/// A key ring of gpg with one key. Its agent ends when it is dropped.
pub(crate) struct GpgHome {
    dir: TempDir,
    fingerprint: String,
}

impl GpgHome {
    /// With a key that can sign for two years.
    pub(crate) fn new() -> Self {
        Self::with_key(&[], "2y")
    }

    /// With a key whose time was over long ago.
    pub(crate) fn expired() -> Self {
        Self::with_key(&["--faked-system-time", "20200101T000000!"], "1d")
    }

    fn with_key(options: &[&str], lasts: &str) -> Self {
        // The socket of the agent lies here: its path must be short.
        let dir = tempfile::Builder::new().prefix("k").tempdir_in("/tmp").unwrap();
        let mut home = Self { dir, fingerprint: String::new() };
        home.fingerprint = home.make("Bot <bot@example.org>", options, lasts);
        home
    }

    /// Makes one more key; gives its fingerprint.
    pub(crate) fn another_key(&self, owner: &str) -> String {
        self.make(owner, &[], "2y")
    }

    /// Makes a key that is locked by a passphrase the agent does not know; gives its fingerprint.
    pub(crate) fn locked_key(&self) -> String {
        let owner = "Locked <locked@example.org>";
        let print = self.make(owner, &["--passphrase", "secret"], "2y");
        self.forget();
        print
    }

    /// Makes a key that can vouch for others and not sign; gives its fingerprint.
    pub(crate) fn certifying_key(&self) -> String {
        self.make_for("cert", "Chief <chief@example.org>", &[], "2y")
    }

    /// Adds a signing subkey to the key; gives the subkey's fingerprint.
    pub(crate) fn subkey(&self, key: &str) -> String {
        let quick = ["--passphrase", "", "--quick-add-key", key, "ed25519", "sign", "1y"];
        must(self.gpg().args(["--pinentry-mode", "loopback"]).args(quick));
        let listing = must(self.gpg().args(["--with-colons", "--list-secret-keys", key]));
        let mut prints = listing.lines().filter_map(|line| line.strip_prefix("fpr:"));
        prints.nth(1).expect("gpg lists the subkey").trim_matches(':').to_owned()
    }

    /// Revokes the key.
    pub(crate) fn revoke(&self, key: &str) {
        let file = self.path().join(format!("openpgp-revocs.d/{key}.rev"));
        let text = std::fs::read_to_string(&file).unwrap().replace(":-----BEGIN", "-----BEGIN");
        std::fs::write(&file, text).unwrap();
        must(self.gpg().arg("--import").arg(file));
    }

    /// Ends the agent, and with it all that it remembers.
    fn forget(&self) {
        must(bare_command("gpgconf").arg("--homedir").arg(self.path()).args(["--kill", "all"]));
    }

    fn make(&self, owner: &str, options: &[&str], lasts: &str) -> String {
        self.make_for("sign", owner, options, lasts)
    }

    fn make_for(&self, usage: &str, owner: &str, options: &[&str], lasts: &str) -> String {
        let quick = ["--quick-gen-key", owner, "ed25519", usage, lasts];
        must(
            self.gpg()
                // The last one counts.
                .args(["--passphrase", "", "--pinentry-mode", "loopback"])
                .args(options)
                .args(quick),
        );
        let listing = must(self.gpg().args(["--with-colons", "--list-secret-keys", owner]));
        let print = listing.lines().find_map(|line| line.strip_prefix("fpr:"));
        print.expect("gpg lists the key it made").trim_matches(':').to_owned()
    }

    fn gpg(&self) -> Command {
        let mut command = bare_command("gpg");
        command.env("GNUPGHOME", self.path()).args(["--batch", "--quiet"]);
        command
    }

    /// Its directory.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The fingerprint of its first key.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Signs with its first key.
    pub(crate) fn signer(&self) -> Signer {
        self.signer_with(&self.fingerprint)
    }

    /// Signs with the key that is named.
    pub(crate) fn signer_with(&self, key: &str) -> Signer {
        Signer::Gpg {
            program: PathBuf::from("gpg"),
            home: Some(self.path().to_owned()),
            key: key.to_owned(),
        }
    }
}

impl Drop for GpgHome {
    fn drop(&mut self) {
        let kill =
            ["--homedir", &self.path().display().to_string(), "--kill", "all"].map(str::to_owned);
        drop(bare_command("gpgconf").args(kill).output());
    }
}

/// A new key of ssh in `path`, and its public half.
pub(crate) fn ssh_key(path: &Path) -> (Signer, String) {
    ssh_key_of(path, "ed25519")
}

/// The same, of a kind such as `ecdsa`.
pub(crate) fn ssh_key_of(path: &Path, kind: &str) -> (Signer, String) {
    must(
        bare_command("ssh-keygen").args(["-q", "-t", kind, "-N", "", "-C", "bot", "-f"]).arg(path),
    );
    let public = std::fs::read_to_string(path.with_extension("pub")).unwrap();
    (
        Signer::Ssh { program: PathBuf::from("ssh-keygen"), key: path.to_owned() },
        public.trim().to_owned(),
    )
}
