//! The controller's versions: what each did otherwise, asked by name.
//!
//! Each question of [`Version`] is one change; who asks need not know when it came. A version
//! between two that are known behaves as the older of them.
//!
//! Sources, all kubernetes/ingress-nginx (until 2016 kubernetes/contrib `ingress/controllers/nginx`):
//! * 0.8.x: `controllers/nginx/controller.go` (9f64273b), `controllers/nginx/nginx.tmpl` (0373ce6f),
//!   `controllers/nginx/nginx/template/template.go` and `nginx/rewrite/main.go` (098bcb5e),
//!   `controllers/nginx/Changelog.md`.
//! * 0.9 betas: `core/pkg/ingress/controller/controller.go` (02503097), `core/pkg/ingress/
//!   annotations/class/main.go` (7034e1de), `controllers/nginx/pkg/template/template.go` (0002fc91).
//! * 0.9 to 0.41: `Changelog.md` (02274f7d), whose entries name the pull requests below;
//!   `internal/ingress/controller/template/template.go` and `controller.go` as of 0.20 and 0.22;
//!   the configuration of 0.19 as it is shown in issue 3148; issues 6449 and 6463 (0.41.0).
//! * From 0.41.1: the tags of the releases.
//!
//! None of it was observed on a controller of that age. nginx' own part (which location wins, what a
//! rewrite makes) was: see `tests/cases/ingress-nginx-versions.json`.

use crate::controller::Check;

/// A version of the controller. Small, since the tables hold many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: u8,
    minor: u8,
    /// [`LAST`] for the last of its line: `1.12`.
    patch: u8,
    /// The number of a beta, `0.9.0-beta.15`, and [`LAST`] for a release, which comes after its betas.
    beta: u8,
}

/// What comes after all numbers.
const LAST: u8 = u8::MAX;

/// The version that answers where nothing says another.
pub(super) const LATEST: Version = release(1, 15, 1);

pub(super) const fn release(major: u8, minor: u8, patch: u8) -> Version {
    Version { major, minor, patch, beta: LAST }
}

/// A beta of 0.9.
pub(super) const fn beta(number: u8) -> Version {
    Version { major: 0, minor: 9, patch: 0, beta: number }
}

/// The first release of a line.
pub(super) const fn line(major: u8, minor: u8) -> Version {
    release(major, minor, 0)
}

impl Version {
    /// Reads `0.8.3`, `v1.12`, `0.9.0-beta.15`, `0.9-beta.15`; `None` for what is no version, or none
    /// that is known.
    pub(super) fn parse(text: &str) -> Option<Version> {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (numbers, beta) = match text.split_once('-') {
            Some((numbers, rest)) => (numbers, Some(number(rest.strip_prefix("beta.")?)?)),
            None => (text, None),
        };
        let mut parts = numbers.split('.');
        let (major, minor) = (number(parts.next()?)?, number(parts.next()?)?);
        let patch = match (parts.next(), beta) {
            (Some(patch), _) => number(patch)?,
            // A beta is one of the first release of its line.
            (None, Some(_)) => 0,
            (None, None) => LAST,
        };
        let version = Version { major, minor, patch, beta: beta.unwrap_or(LAST) };
        (parts.next().is_none() && version.is_known()).then_some(version)
    }

    /// From 0.8 to the last line, 1.15. The 0.x line ended with 0.51; 1.0 followed.
    fn is_known(self) -> bool {
        match self.major {
            0 => (8..=51).contains(&self.minor),
            1 => self.minor <= 15,
            _ => false,
        }
    }

    /// Whether it is this one or a younger one.
    pub(super) fn since(self, other: Version) -> bool {
        self >= other
    }

    fn before(self, other: Version) -> bool {
        self < other
    }

    // Which Ingresses count.

    /// The annotation `kubernetes.io/ingress.class` counts (contrib #1336).
    pub(super) fn reads_class(self) -> bool {
        self.since(release(0, 8, 2))
    }

    /// `spec.ingressClassName` counts (#5410); until 1.0 after the annotation, and as a mere name.
    pub(super) fn reads_class_name(self) -> bool {
        self.since(line(0, 31))
    }

    /// IngressClasses decide, and an Ingress without class is nobody's.
    pub(super) fn asks_class_objects(self) -> bool {
        self.since(line(1, 0))
    }

    /// The Ingress API that it reads, where not every cluster that runs it converts what is written
    /// for `api`: its name, and the versions of Kubernetes that serve both. That older APIs are gone
    /// from younger clusters is said of the object, whatever the controller is.
    pub(super) fn reads_api(self, api: &str) -> Option<(&'static str, &'static str)> {
        match api {
            _ if self.since(line(1, 0)) => None,
            "networking.k8s.io/v1" if self.since(line(0, 25)) => {
                Some(("networking.k8s.io/v1beta1", "1.19 to 1.21"))
            }
            "networking.k8s.io/v1" => Some(("extensions/v1beta1", "1.19 to 1.21")),
            "networking.k8s.io/v1beta1" if self.before(line(0, 25)) => {
                Some(("extensions/v1beta1", "1.14 to 1.21"))
            }
            _ => None,
        }
    }

    /// Hosts and paths are searched for attacks.
    pub(super) fn inspects(self) -> bool {
        self.since(line(1, 2))
    }

    /// Ingresses are taken by age (#3582), before that by a resource version that manifests lack.
    pub(super) fn sorts_by_age(self) -> bool {
        self.since(line(0, 22))
    }

    /// Ingresses of the same age are taken by name (#4409), before that in no order.
    pub(super) fn sorts_by_name(self) -> bool {
        self.since(line(0, 26))
    }

    // Settings whose default was another.

    /// The value of a setting where nobody sets it, if that is not today's.
    pub(super) fn default_of(self, setting: &str) -> Option<&'static str> {
        let was = |until: Version, value| self.before(until).then_some(value);
        match setting {
            "annotations-prefix" => was(beta(18), "ingress.kubernetes.io"),
            "deep-inspect" => (!self.inspects()).then_some("false"),
            "enable-annotation-validation" => was(line(1, 12), "false"),
            "annotations-risk-level" => was(line(1, 12), "Critical"),
            "allow-cross-namespace-resources" => was(line(1, 12), "true"),
            "allow-snippet-annotations" => was(line(1, 9), "true"),
            // #3333. 0.8 has no such option and never asks the headers for a scheme.
            "use-forwarded-headers" if self.before(beta(1)) => Some("false"),
            "use-forwarded-headers" => was(line(0, 22), "true"),
            // #1776 brought the option.
            "http-redirect-code" => was(line(0, 9), "301"),
            // Before #1190 there was no switch.
            "enable-ssl-passthrough" if self.since(beta(1)) => was(beta(12), "true"),
            // #2616 and its successors: nothing was exempt before 0.12 and 0.13.
            "no-tls-redirect-locations" => was(line(0, 12), ""),
            "no-auth-locations" => was(line(0, 13), ""),
            _ => None,
        }
    }

    // Servers.

    /// An Ingress' own default backend counts (contrib #1759).
    pub(super) fn has_default_backends(self) -> bool {
        self.since(beta(1))
    }

    /// A host's location for everything has the annotations of the Ingress that named it first
    /// (#3696).
    pub(super) fn root_has_annotations(self) -> bool {
        self.since(line(0, 23))
    }

    /// `*.foo.com` is nginx' own wildcard, for any number of labels.
    pub(super) fn wildcards_are_native(self) -> bool {
        self.before(line(0, 41))
    }

    /// `server-alias` is a list (#4472).
    pub(super) fn splits_aliases(self) -> bool {
        self.since(line(0, 26))
    }

    /// What a host needs to have a certificate.
    pub(super) fn certificate(self) -> Certificate {
        let only_0_26 = self.since(line(0, 26)) && self.before(line(0, 27));
        if self.before(beta(1)) || only_0_26 {
            // For 0.26: issue 4628, which #4816 mended.
            Certificate::Listed
        } else if self.before(line(0, 19)) {
            Certificate::Found
        } else {
            Certificate::AnyTls
        }
    }

    /// Whether a host has a certificate is asked of Lua, which looks for a wildcard's, too, and has
    /// none for unknown hosts (#4592). Before, the server's own decided: that of unknown hosts has the
    /// default one (issue 1526).
    pub(super) fn asks_lua_for_certificates(self) -> bool {
        self.since(line(0, 26))
    }

    /// The server of unknown hosts has a certificate (contrib #1338).
    pub(super) fn default_server_has_certificate(self) -> bool {
        self.since(release(0, 8, 2))
    }

    // Locations.

    /// `pathType` counts (#5308, #5324).
    pub(super) fn reads_path_type(self) -> bool {
        self.since(line(0, 31))
    }

    /// How a Prefix is made of locations.
    pub(super) fn prefix(self) -> PrefixForm {
        if self.before(line(0, 41)) {
            PrefixForm::Raw
        } else if self.before(release(0, 41, 1)) {
            PrefixForm::Lua
        } else {
            PrefixForm::Split
        }
    }

    /// Locations stand by length (#3145), before that by their text alone.
    pub(super) fn sorts_by_length(self) -> bool {
        self.since(line(0, 20))
    }

    /// One location that is an expression makes all of its server's such. #5691 undid that for one
    /// release.
    pub(super) fn regex_is_for_all(self) -> bool {
        self.since(line(0, 20)) && !self.regex_is_for_one()
    }

    /// The release of #5691.
    pub(super) fn regex_is_for_one(self) -> bool {
        self.since(line(0, 34)) && self.before(release(0, 34, 1))
    }

    /// How `rewrite-target` was written while it appended the rest of the path; `None` since it takes
    /// groups (#3174).
    pub(super) fn appending(self) -> Option<Appending> {
        self.before(line(0, 22)).then_some(Appending {
            anchored: self.since(beta(2)),
            root_anchored: self.since(line(0, 20)),
            any_case: self.since(line(0, 18)),
            whole_path: self.since(line(0, 19)),
            quoted: self.since(line(0, 20)),
        })
    }

    /// Paths of plain locations stand in quotes.
    pub(super) fn quotes_paths(self) -> bool {
        self.since(release(1, 15, 0))
            || self.minor == 14 && self.since(release(1, 14, 3))
            || self.minor == 13 && self.major == 1 && self.since(release(1, 13, 7))
    }

    // What a location does.

    /// The redirect to HTTPS stands before everything else in its location, in nginx' own words.
    pub(super) fn goes_to_https_first(self) -> bool {
        self.before(line(0, 24))
    }

    /// The redirect to HTTPS asks only for the connection's scheme, and goes to the host that matched.
    pub(super) fn has_plain_https_redirect(self) -> bool {
        self.before(beta(1))
    }

    /// Redirects to HTTPS and to `www.` drop a last slash (#6037).
    pub(super) fn drops_last_slash(self) -> bool {
        self.since(line(0, 41))
    }

    /// `from-to-www-redirect` names the port and believes forwarded headers.
    pub(super) fn www_names_port(self) -> bool {
        self.since(line(1, 12))
    }

    /// The redirect to HTTPS is forgotten where an Ingress has no annotation at all: `kubectl apply`
    /// writes one, but not into the manifests.
    pub(super) fn needs_some_annotation(self) -> bool {
        self.before(beta(2))
    }

    /// Backends receive the host that matched, not the header as it came.
    pub(super) fn passes_matched_host(self) -> bool {
        self.before(beta(1))
    }

    /// `app-root` goes to scheme and host as the client wrote them (#5266).
    pub(super) fn app_root_keeps_host(self) -> bool {
        self.since(line(0, 31))
    }

    /// `enable-cors` answers preflight requests of allowed origins only.
    pub(super) fn cors_asks_origin(self) -> bool {
        self.since(line(1, 1))
    }

    /// The default backend answers for Services without endpoints; since #1513 it is 503.
    pub(super) fn default_backend_takes_over(self) -> bool {
        self.since(beta(1)) && self.before(beta(16))
    }

    /// 503 for want of endpoints comes when nginx proxies, after access was checked: before Lua
    /// balances.
    pub(super) fn checks_access_before_endpoints(self) -> bool {
        self.before(line(0, 18))
    }

    /// The controller does not start without `--default-backend-service` (until #3126).
    pub(super) fn needs_default_backend(self) -> bool {
        self.before(line(0, 20))
    }
}

/// What makes a host one with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certificate {
    /// The host in `tls.hosts`, with a Secret that is there.
    Listed,
    /// Any `tls`; but the Secret of a host in `tls.hosts` must be there.
    Found,
    /// Any `tls`, since the default certificate stands in (#2972).
    AnyTls,
}

/// How a Prefix is made of locations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PrefixForm {
    /// `location /foo`: everything that begins so.
    Raw,
    /// `location /foo`, and Lua answers 404 to what is not below it (#6389).
    Lua,
    /// `location /foo/` and `location = /foo` (#6443).
    Split,
}

/// `rewrite-target` while it appended the rest of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Appending {
    /// The location's expression begins with `^` (#296).
    pub anchored: bool,
    /// That of `/` does, too.
    pub root_anchored: bool,
    /// The rewrite's expression is without case, as the location's is (#2808).
    pub any_case: bool,
    /// A path without anything behind it is rewritten by an expression of its own, which ends with
    /// `$` (#2899). Before, only the target `/` had one, without `$`.
    pub whole_path: bool,
    /// Expressions stand in quotes (#3182).
    pub quoted: bool,
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.patch != LAST {
            write!(f, ".{}", self.patch)?;
        }
        if self.beta == LAST { Ok(()) } else { write!(f, "-beta.{}", self.beta) }
    }
}

/// Digits and nothing else: `parse` alone takes `+1`.
fn number(text: &str) -> Option<u8> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten().filter(|n| *n != LAST)
}

/// What the setting `version` takes.
pub(super) const SETTING: Check = Check {
    takes: "a version from 0.8 to 0.51 or from 1.0 to 1.15, such as 0.8.3, 0.9.0-beta.15 or 1.12",
    passes: |text| Version::parse(text).is_some(),
};

#[cfg(test)]
mod tests {
    use super::*;

    fn v(text: &str) -> Version {
        Version::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn versions_are_read_as_people_write_them() {
        assert_eq!(v("0.8.3"), release(0, 8, 3));
        assert_eq!(v("v1.11.3"), release(1, 11, 3));
        assert_eq!(v(" V1.0.0 "), release(1, 0, 0));
        assert_eq!(v("0.9.0-beta.15"), beta(15));
        assert_eq!(v("0.9-beta.15"), beta(15));
        for bad in
            ["", "latest", "1", "1.", "1.x", "1.2.3.4", "+1.2", "1.2-rc.1", "0.9-beta.", "1.2-", "-1.2"]
        {
            assert_eq!(Version::parse(bad), None, "{bad:?}");
        }
        for unknown in ["9.9", "0.7", "0.52", "1.16", "1.99999999", "1.99999999999", "2.0"] {
            assert_eq!(Version::parse(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn they_are_written_as_they_were_read() {
        for text in ["0.8.3", "1.12", "0.9.0-beta.15", "1.15.1"] {
            assert_eq!(v(text).to_string(), text);
        }
    }

    #[test]
    fn a_line_is_its_last_release_and_a_beta_comes_before_it() {
        let ordered = [
            "0.8.3",
            "0.9-beta.1",
            "0.9-beta.18",
            "0.9.0",
            "0.9",
            "0.34.0",
            "0.34.1",
            "0.34",
            "0.51",
            "1.0.0",
        ];
        assert!(ordered.windows(2).all(|pair| matches!(pair, [a, b] if v(a) < v(b))));
    }

    #[test]
    fn the_latest_has_no_default_of_its_own() {
        for setting in super::super::config::SETTINGS {
            assert_eq!(LATEST.default_of(setting.name), None, "{}", setting.name);
        }
        assert!(LATEST.appending().is_none() && LATEST.reads_api("networking.k8s.io/v1").is_none());
        assert_eq!(LATEST.prefix(), PrefixForm::Split);
    }

    #[test]
    fn every_other_default_is_of_a_setting() {
        // A misspelt name would never be asked for.
        let old = v("0.9-beta.11");
        let names = super::super::config::SETTINGS.iter().map(|s| s.name);
        assert_eq!(names.filter(|name| old.default_of(name).is_some()).count(), 11);
    }

    #[test]
    fn quotes_came_to_three_lines_at_once() {
        for (version, quotes) in [
            ("1.13.6", false),
            ("1.13.7", true),
            ("1.13", true),
            ("1.14.2", false),
            ("1.14.3", true),
            ("1.15.0", true),
            ("1.12", false),
            ("0.13.7", false),
            ("0.14.3", false),
        ] {
            assert_eq!(v(version).quotes_paths(), quotes, "{version}");
        }
    }
}
