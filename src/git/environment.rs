//! What a git command may see of this machine: its configuration and its environment.
//!
//! A command gets the user's configuration (credentials, proxies, ssh), and what would change its answer or run a program
//! is pinned or taken away. Each pin has its reason next to it.

/// Configuration that no user, system or repository may change for our commands.
pub(super) const PINS: &[&str] = &[
    // We decide when a mirror is tidied: under its lock, not in the background after it was given back.
    "gc.auto=0",
    "maintenance.auto=false",
    // One round of talk less for each ref listing, and only the refs that were asked for.
    "protocol.version=2",
    // A hook is a program; a mirror or scratch repository has none, and the user's are not for our commands.
    "core.hooksPath=/dev/null",
    // The same: a program that the repository may name.
    "core.fsmonitor=false",
    // Paths and names are read by us, not by a person.
    "core.quotePath=false",
    "color.ui=false",
    // Words for a person at a terminal would end up in our messages.
    "advice.detachedHead=false",
    // Nothing is checked out, and a submodule is another repository.
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    // Old histories hold what these checks refuse today. Nothing is checked out from what is fetched.
    "fetch.fsckObjects=false",
    "transfer.fsckObjects=false",
    // Another algorithm may fetch a whole history again.
    "fetch.negotiationAlgorithm=consecutive",
    // A server that stops sending is a failure after a minute, not after an hour.
    "http.lowSpeedLimit=100",
    "http.lowSpeedTime=60",
];

/// Variables that a command must not inherit.
pub(super) const REMOVED: &[&str] = &[
    // They point at another repository than the one that is named.
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    // Set around hooks: objects would go where the server may throw them away.
    "GIT_QUARANTINE_PATH",
    // They stand for other configuration than the files say, `git -c` around us for instance.
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    // They change what a history looks like.
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_REPLACE_REF_BASE",
    // They run a program, or change how differences and attributes are read.
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_ATTR_SOURCE",
    // A new repository would have ids or refs that libgit2 does not read, or files of a template.
    "GIT_DEFAULT_HASH",
    "GIT_DEFAULT_REF_FORMAT",
    "GIT_TEMPLATE_DIR",
    // git refuses them together with literal pathspecs.
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    // Options for the server that nobody asked for.
    "GIT_PUSH_OPTION_COUNT",
    // Set to 0 it writes passwords into traces.
    "GIT_TRACE_REDACT",
];

/// Variables that every command gets.
pub(super) const SET: &[(&str, &str)] = &[
    // We read what git writes.
    ("LC_ALL", "C"),
    ("LANGUAGE", "C"),
    // Nobody is there to answer.
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GCM_INTERACTIVE", "never"),
    // A look at a working tree must not take a lock that its user may need.
    ("GIT_OPTIONAL_LOCKS", "0"),
    // A tag is put on the commit itself, not on its replacement.
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    // A path is a path, whatever characters it holds.
    ("GIT_LITERAL_PATHSPECS", "1"),
];

/// Variables for a command that may not touch a remote, not even to fetch a missing object.
pub(super) const LOCAL: &[(&str, &str)] =
    &[("GIT_ALLOW_PROTOCOL", "none"), ("GIT_NO_LAZY_FETCH", "1")];

/// ssh that asks no questions and does not wait forever.
pub(super) const QUIET_SSH: &str =
    "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=20 -o ServerAliveCountMax=3";

/// Our own settings start so. They may hold passwords, of mail for instance, and are not for git.
pub(super) const OURS: &[u8] = b"TAGKEEPER_";
