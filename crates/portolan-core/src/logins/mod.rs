//! Users and what tells their passwords: the lines `name:hash` of a password file.
//!
//! A file of passwords is the one thing in a Secret that decides where requests land. It is read into
//! a value that answers one question, whether credentials are right, and gives away nothing else:
//! neither its `Debug` output nor its serialised form holds a name, a password or a hash, and a
//! password that the file holds in the clear is kept as its digest.

mod digest;

use digest::{md5_crypt, sha1};
use std::sync::Arc;

/// How long a password may be that is looked at: a digest takes a thousand rounds over it.
const MAX_PASSWORD: usize = 1 << 12;

/// The users of a password file.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Logins {
    users: Arc<[User]>,
    malformed: bool,
    go: bool,
    lacks_realm: bool,
}

#[derive(Clone, PartialEq, Eq)]
struct User {
    name: String,
    password: Password,
}

#[derive(Clone, PartialEq, Eq)]
enum Password {
    /// No password at all: nobody gets in by this name.
    None,
    /// The SHA-1 digest of the password; `clear` where the file holds `{PLAIN}` and the password.
    Sha1 { digest: [u8; 20], clear: bool },
    /// `$apr1$` or `$1$`, a salt and a digest, as one text.
    Md5(String),
    /// bcrypt, which is not computed here.
    Bcrypt,
    /// Another form that is not computed here: the older crypt, salted SHA-1.
    Other,
}

/// Whether credentials are those of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They are.
    Right,
    /// They are not, or there are none.
    Wrong,
    /// The password is kept in a form that is not computed here.
    Unknown,
}

impl Logins {
    /// Reads a password file. Blank lines and lines that begin with `#` do not count.
    pub fn of_file(text: &str) -> Logins {
        let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let (mut malformed, mut lacks_realm) = (false, false);
        let mut users = Vec::new();
        for line in lines {
            malformed |= line.split(':').count() != 2;
            lacks_realm |= line.split(':').count() != 3;
            let (name, rest) = line.split_once(':').unwrap_or((line, ""));
            users.push(User::new(name, rest.split(':').next().unwrap_or_default()));
        }
        Logins { users: users.into(), malformed, lacks_realm, go: false }
    }

    /// Users by name, with what a password file would have behind the colon.
    pub fn of_map<'t>(entries: impl Iterator<Item = (&'t str, &'t str)>) -> Logins {
        let (mut malformed, mut lacks_realm) = (false, false);
        let users: Vec<User> = entries
            .map(|(name, hash)| {
                malformed |= hash.contains(':');
                lacks_realm |= format!("{name}:{hash}").split(':').count() != 3;
                User::new(name, hash.trim())
            })
            .collect();
        Logins { users: users.into(), malformed, lacks_realm, go: false }
    }

    /// Whether no user has a password.
    pub fn is_empty(&self) -> bool {
        self.users.iter().all(|u| u.password == Password::None)
    }

    /// Whether some line of the file, or what a user of a map makes of one, is not a name, one colon and a hash.
    pub fn is_malformed(&self) -> bool {
        self.malformed
    }

    /// Whether some user is not a name, a realm and a hash, as digest authentication has them.
    pub fn lacks_realm(&self) -> bool {
        self.lacks_realm
    }

    /// Whether every password is kept in a form that is computed here.
    pub fn is_computed(&self) -> bool {
        self.users.iter().all(|u| !matches!(u.password, Password::Other | Password::Bcrypt))
    }

    /// The same users as Go and its `abbot/go-http-auth` read them: of all the forms they know SHA-1,
    /// MD5 and bcrypt only, and nothing but one space may stand before the credentials.
    pub fn as_go(&self) -> Logins {
        let known = |p: &Password| !matches!(p, Password::Sha1 { clear: true, .. } | Password::Other);
        let users = self.users.iter().map(|u| match known(&u.password) {
            true => u.clone(),
            false => User { name: u.name.clone(), password: Password::None },
        });
        Logins { users: users.collect(), malformed: self.malformed, lacks_realm: self.lacks_realm, go: true }
    }

    /// Whether there is no user at all.
    pub fn has_none(&self) -> bool {
        self.users.is_empty()
    }

    /// Whether the value of an `Authorization` header names a user with its password, by the scheme
    /// Basic.
    pub fn verdict(&self, authorization: Option<&str>) -> Verdict {
        let credentials = authorization.and_then(|value| {
            let (scheme, rest) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("basic").then(|| if self.go { rest } else { rest.trim_matches(' ') })
        });
        let decoded = credentials.and_then(crate::manifest::base64);
        let Some(decoded) = decoded else { return Verdict::Wrong };
        let Some(colon) = decoded.iter().position(|&b| b == b':') else { return Verdict::Wrong };
        let (name, password) = (&decoded[..colon], &decoded[colon + 1..]);
        if password.len() > MAX_PASSWORD {
            return Verdict::Unknown;
        }
        let user = self.users.iter().find(|u| u.name.as_bytes() == name);
        match user.map(|u| &u.password) {
            Some(Password::Sha1 { digest, .. }) if sha1(password) == *digest => Verdict::Right,
            Some(Password::Md5(hash)) if md5_crypt(password, hash).as_deref() == Some(hash) => Verdict::Right,
            Some(Password::Other | Password::Bcrypt) => Verdict::Unknown,
            _ => Verdict::Wrong,
        }
    }
}

impl User {
    fn new(name: &str, hash: &str) -> User {
        let sha = |text: &str| <[u8; 20]>::try_from(crate::manifest::base64(text)?).ok();
        let password = if hash.is_empty() {
            Password::None
        } else if let Some(digest) = hash.strip_prefix("{SHA}") {
            sha(digest).map_or(Password::None, |digest| Password::Sha1 { digest, clear: false })
        } else if let Some(clear) = hash.strip_prefix("{PLAIN}") {
            Password::Sha1 { digest: sha1(clear.as_bytes()), clear: true }
        } else if hash.starts_with("$apr1$") || hash.starts_with("$1$") {
            Password::Md5(hash.to_owned())
        } else if ["$2a$", "$2b$", "$2x$", "$2y$"].iter().any(|p| hash.starts_with(p)) {
            Password::Bcrypt
        } else {
            Password::Other
        };
        User { name: name.to_owned(), password }
    }
}

impl std::fmt::Debug for Logins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Logins({} users)", self.users.len())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Logins {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.users.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# staff\nann:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\nbob:{PLAIN}bar\n\
                        cat:$apr1$abcdefgh$FBwExRW4dCc8aL.OvjpIE1\ndan:$2y$05$abc\neve:\n";

    fn basic(text: &str) -> String {
        let mut out = String::from("Basic ");
        let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for chunk in text.as_bytes().chunks(3) {
            let mut bytes = [0; 3];
            bytes[..chunk.len()].copy_from_slice(chunk);
            let bits = u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]);
            for i in 0..4 {
                let digit = digits[(bits >> (18 - 6 * i) & 63) as usize];
                out.push(if i > chunk.len() { '=' } else { char::from(digit) });
            }
        }
        out
    }

    #[test]
    fn passwords_are_told_apart() {
        let logins = Logins::of_file(FILE);
        for (credentials, verdict) in [
            ("ann:password", Verdict::Right),
            ("ann:wrong", Verdict::Wrong),
            ("ann", Verdict::Wrong),
            ("bob:bar", Verdict::Right),
            ("bob:", Verdict::Wrong),
            ("cat:password", Verdict::Right),
            ("cat:Password", Verdict::Wrong),
            ("dan:password", Verdict::Unknown),
            ("eve:", Verdict::Wrong),
            ("nobody:password", Verdict::Wrong),
        ] {
            assert_eq!(logins.verdict(Some(&basic(credentials))), verdict, "{credentials}");
        }
        for header in [None, Some("Basic ?"), Some("Bearer abc"), Some("Basic")] {
            assert_eq!(logins.verdict(header), Verdict::Wrong, "{header:?}");
        }
        let ann = basic("ann:password");
        let spaced = ann.replace(' ', "  ");
        assert_eq!(logins.verdict(Some(&spaced)), Verdict::Right);
        let go = logins.as_go();
        assert_eq!(go.verdict(Some(&basic("bob:bar"))), Verdict::Wrong);
        assert_eq!(go.verdict(Some(&ann)), Verdict::Right);
        assert_eq!(go.verdict(Some(&spaced)), Verdict::Wrong);
        assert_eq!(go.verdict(Some(&basic("dan:password"))), Verdict::Unknown);
    }

    #[test]
    fn files_are_judged() {
        assert!(!Logins::of_file(FILE).is_empty() && !Logins::of_file(FILE).is_computed());
        assert!(Logins::of_file("").is_empty() && Logins::of_file("foo:\n").is_empty());
        assert!(Logins::of_file("foo").is_malformed() && Logins::of_file("a:b:c").is_malformed());
        assert!(!Logins::of_file("\na:b\n").is_malformed());
    }

    #[test]
    fn nothing_is_given_away() {
        let shown = format!("{:?}", Logins::of_file(FILE));
        assert_eq!(shown, "Logins(5 users)");
    }
}
