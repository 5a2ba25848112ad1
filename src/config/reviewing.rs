//! What the reviewer's page asks of the site's servers.

/// What the reviewer's page asks of the site's servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewConfig {
    /// Zuul's REST API with its tenant; empty for a site without.
    pub zuul: String,
    /// The code search, for dependents where few projects are at hand; empty for a site without.
    pub code_search: String,
    /// Queries for open changes of a project, for Gerrit, with `{repo}` and `{branch}`.
    pub watched: Vec<String>,
}

impl Default for ReviewConfig {
    /// OpenStack's.
    fn default() -> Self {
        Self {
            zuul: "https://zuul.opendev.org/api/tenant/openstack".to_owned(),
            code_search: "https://codesearch.opendev.org".to_owned(),
            watched: Vec::new(),
        }
    }
}

impl ReviewConfig {
    /// Forgets what is OpenStack's own, unless somebody set it to something else.
    pub(super) fn leave_openstack(&mut self) {
        let theirs = Self::default();
        for (own, theirs) in
            [(&mut self.zuul, theirs.zuul), (&mut self.code_search, theirs.code_search)]
        {
            if *own == theirs {
                own.clear();
            }
        }
    }
}
