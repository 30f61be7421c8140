//! What a project has set: how bad each rule is, and where.

use super::{Rule, catalogue};
use crate::manifest::{self, Entry, Node, Value};
use crate::problem::{Code, Problem, Severity};
use crate::span::{FileId, Sources, Span};
use crate::text::did_you_mean;

/// The configuration itself is wrong.
const BAD_CONFIGURATION: Code = Code("PT0903");

/// How bad a rule's problems are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Not looked for.
    Off,
    /// [`Severity::Info`].
    Info,
    /// [`Severity::Warning`].
    Warning,
    /// [`Severity::Error`].
    Error,
}

impl Level {
    const ALL: [(&'static str, Level); 4] =
        [("off", Level::Off), ("info", Level::Info), ("warning", Level::Warning), ("error", Level::Error)];

    /// The level that a word means: `off`, `info`, `warning` or `error`.
    pub fn parse(word: &str) -> Option<Level> {
        Level::ALL.iter().find(|(name, _)| *name == word).map(|(_, level)| *level)
    }

    /// The severity; `None` for [`Level::Off`].
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Info => Some(Severity::Info),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

/// Levels of codes.
type Levels = Vec<(&'static str, Level)>;

/// What a project has set. The default sets nothing.
///
/// As a file (YAML), all of it optional:
///
/// ```
/// let text = "
/// controller: ingress-nginx
/// settings: {ssl-redirect: false}
/// rules:
///   missing-service: warning     # by name, or
///   PT0302: off                  # by code
/// paths:
///   legacy/**: {old-version: info}
/// ";
/// let config = portolan_core::lint::Config::read("portolan.yaml", text).expect("it is one");
/// assert_eq!(config.controller.as_deref(), Some("ingress-nginx"));
/// assert_eq!(config.settings, ["ssl-redirect=false"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    levels: Levels,
    paths: Vec<(String, Levels)>,
    /// The controller whose answers count.
    pub controller: Option<String>,
    /// Its settings, `name=value` each.
    pub settings: Vec<String>,
}

/// A configuration that is none.
#[derive(Debug, Clone)]
pub struct ConfigError {
    /// Its text.
    pub sources: Sources,
    /// What is wrong with it; at least one.
    pub problems: Vec<Problem>,
}

impl Config {
    /// Sets the level of a code, given itself or by its name.
    ///
    /// # Errors
    /// When there is no such code or name: the one that was probably meant, if any.
    pub fn set(&mut self, code: &str, level: Level) -> Result<(), Option<&'static str>> {
        let code = known(code)?;
        self.levels.push((code, level));
        Ok(())
    }

    /// The level of a code in a file, where one is set: the last of the paths that the file matches and
    /// that say something, else the general one.
    fn level(&self, code: &str, file: &str) -> Option<Level> {
        let of = |levels: &Levels| levels.iter().rev().find(|(c, _)| *c == code).map(|(_, level)| *level);
        let paths = self.paths.iter().rev().filter(|(glob, _)| matches(glob, file));
        paths.filter_map(|(_, levels)| of(levels)).next().or_else(|| of(&self.levels))
    }

    /// Whether a rule can find anything that counts.
    pub(super) fn runs(&self, rule: &Rule) -> bool {
        let of =
            |levels: &Levels| levels.iter().rev().find(|(c, _)| *c == rule.code.0).map(|(_, level)| *level);
        of(&self.levels).unwrap_or(rule.level) != Level::Off
            || self.paths.iter().any(|(_, levels)| of(levels).is_some_and(|level| level != Level::Off))
    }

    /// Gives problems their severities and takes those out that are off.
    pub(super) fn apply(&self, sources: &Sources, problems: &mut Vec<Problem>) {
        problems.retain_mut(|problem| {
            let rule = super::all().find(|rule| rule.code == problem.code);
            let file = sources.get(problem.span.file).map_or("", |f| f.name.as_str());
            let set = self.level(problem.code.0, file);
            let level = match (set, rule) {
                (Some(level), _) => level,
                (None, Some(rule)) if rule.level == Level::Off => Level::Off,
                (None, _) => return true,
            };
            let Some(severity) = level.severity() else { return false };
            // What is less bad than its rule stays so, unless the rule is made worse than it is.
            let usual = rule.map_or(problem.severity, |rule| rule.level.severity().unwrap_or(Severity::Info));
            problem.severity = if severity > usual { severity } else { severity.min(problem.severity) };
            true
        });
    }

    /// Reads a configuration, which is YAML or JSON.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(name: &str, text: &str) -> Result<Config, ConfigError> {
        let manifest = manifest::read([(name, text)]);
        let mut reader = Reader { problems: manifest.problems, sources: manifest.sources };
        let mut config = Config::default();
        if name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("toml")) {
            // What is wrong with it as YAML would help nobody.
            reader.problems.clear();
            let first_line = text.lines().next().map_or(0, |line| u32::try_from(line.len()).unwrap_or(0));
            let span = Span::new(FileId(0), 0, first_line);
            reader.wrong(span, "a configuration is YAML or JSON, and not TOML".to_owned());
            return Err(ConfigError { sources: reader.sources, problems: reader.problems });
        }
        for problem in reader.problems.iter_mut().filter(|p| p.code == manifest::codes::NOT_AN_OBJECT) {
            // It need not be an object of Kubernetes, as the words for manifests have it.
            let message = "a configuration is a mapping, with `controller`, `paths`, `rules` or `settings`";
            *problem = Problem::new(BAD_CONFIGURATION, Severity::Error, problem.span, message);
        }
        match manifest.objects.as_slice() {
            [] => {}
            [one] => reader.all(&one.root, &mut config),
            [_, second, ..] => reader.wrong(second.root.span, "a configuration is one document".to_owned()),
        }
        match reader.problems.is_empty() {
            true => Ok(config),
            false => Err(ConfigError { sources: reader.sources, problems: reader.problems }),
        }
    }
}

/// The code that a word means; else the word that was probably meant.
fn known(word: &str) -> Result<&'static str, Option<&'static str>> {
    catalogue::code(word).ok_or_else(|| {
        let codes = catalogue::codes();
        did_you_mean(word, codes.iter().map(|(_, name)| *name))
    })
}

struct Reader {
    sources: Sources,
    problems: Vec<Problem>,
}

impl Reader {
    fn wrong(&mut self, span: Span, message: String) {
        self.problems.push(Problem::new(BAD_CONFIGURATION, Severity::Error, span, message));
    }

    fn all(&mut self, root: &Node, config: &mut Config) {
        for Entry { key, key_span, value } in root.entries() {
            match key.as_str() {
                "rules" => config.levels = self.levels(value),
                "paths" => {
                    for entry in self.mapping("paths", value) {
                        let levels = self.levels(&entry.value);
                        config.paths.push((entry.key.clone(), levels));
                    }
                }
                "controller" => match value.as_str() {
                    Some(name) => config.controller = Some(name.to_owned()),
                    None => self.wrong(value.span, "`controller` is the name of a controller".to_owned()),
                },
                "settings" => {
                    for entry in self.mapping("settings", value) {
                        let text = match &entry.value.value {
                            Value::Null => "",
                            Value::String(text) => text.as_str(),
                            Value::Seq(_) | Value::Map(_) => {
                                self.wrong(
                                    entry.value.span,
                                    format!("setting {} is a text, a number or a boolean", entry.key),
                                );
                                continue;
                            }
                            _ => self.sources.text(entry.value.span),
                        };
                        config.settings.push(format!("{}={text}", entry.key));
                    }
                }
                _ => {
                    let all = ["controller", "paths", "rules", "settings"];
                    let message = match did_you_mean(key, all) {
                        Some(meant) => format!("a configuration has no `{key}`: did you mean `{meant}`?"),
                        None => format!("a configuration has no `{key}`, only {}", all.join(", ")),
                    };
                    self.wrong(*key_span, message);
                }
            }
        }
    }

    fn mapping<'n>(&mut self, name: &str, node: &'n Node) -> &'n [Entry] {
        if !matches!(node.value, Value::Map(_) | Value::Null) {
            self.wrong(node.span, format!("`{name}` is a mapping"));
        }
        node.entries()
    }

    fn levels(&mut self, node: &Node) -> Levels {
        let mut levels = Levels::new();
        for entry in self.mapping("rules", node) {
            let code = match known(&entry.key) {
                Ok(code) => Some(code),
                Err(meant) => {
                    let message = match meant {
                        Some(meant) => format!("there is no rule {}: did you mean {meant}?", entry.key),
                        None => format!("there is no rule {}", entry.key),
                    };
                    self.wrong(entry.key_span, message);
                    None
                }
            };
            // A plain `off` is a boolean to YAML 1.1, and so to Kubernetes' reader.
            let word = self.sources.text(entry.value.span).trim_matches(['"', '\'']).to_owned();
            match (Level::parse(&word), code) {
                (Some(level), Some(code)) => levels.push((code, level)),
                (None, _) => {
                    self.wrong(entry.value.span, format!("{word:?} is no level: off, info, warning or error"))
                }
                _ => {}
            }
        }
        levels
    }
}

/// Whether a file's path ends with what a glob says: `*` stands for anything but `/`, `**` for anything.
fn matches(glob: &str, path: &str) -> bool {
    let path = path.replace('\\', "/");
    let glob = glob.strip_prefix("./").unwrap_or(glob);
    let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
    starts.filter_map(|at| path.get(at..)).any(|tail| glob_matches(glob.as_bytes(), tail.as_bytes()))
}

/// Each place in the path is visited once for each star: a table of what is reached.
fn glob_matches(glob: &[u8], path: &[u8]) -> bool {
    let mut reached = vec![false; path.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    let mut rest = glob;
    while let Some((&c, after)) = rest.split_first() {
        let deep = c == b'*' && after.first() == Some(&b'*');
        rest = if deep { after.get(1..).unwrap_or_default() } else { after };
        let mut before = false;
        for at in 0..reached.len() {
            let here = reached.get(at).copied().unwrap_or(false);
            let byte = at.checked_sub(1).and_then(|i| path.get(i)).copied();
            let now = match c {
                b'*' => here || before && (deep || byte != Some(b'/')),
                _ => before && byte == Some(c),
            };
            // A star carries on from where it was itself; anything else from the step before.
            before = if c == b'*' { now } else { here };
            if let Some(slot) = reached.get_mut(at) {
                *slot = now;
            }
        }
    }
    reached.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (glob, path, expected) in [
            ("legacy/**", "legacy/a/b.yaml", true),
            ("legacy/*", "legacy/a/b.yaml", false),
            ("legacy/*.yaml", "deploy/legacy/a.yaml", true),
            ("*.yaml", "a/b.yaml", true),
            ("./a.yaml", "a.yaml", true),
            ("a.yaml", "ba.yaml", false),
            ("**/x/*.json", "a/b/x/c.json", true),
            ("a*c", "abbc", true),
            ("a*c", "ab/c", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(glob, path), expected, "{glob} {path}");
        }
    }

    #[test]
    fn json_is_read_as_yaml_is() {
        let yaml = "controller: traefik\nsettings: {strictPrefixMatching: true, a: x/y}\n\
                    rules: {PT0205: off}\npaths: {legacy/**: {PT0301: info}}\n";
        let json = r#"{"controller": "traefik", "settings": {"strictPrefixMatching": true, "a": "x\/y"},
                       "rules": {"PT0205": "off"}, "paths": {"legacy\u002f**": {"PT0301": "info"}}}"#;
        let [yaml, json] = [("p.yaml", yaml), ("p.json", json)].map(|(name, text)| {
            Config::read(name, text).unwrap_or_else(|error| panic!("{name}: {:?}", error.problems))
        });
        assert_eq!(yaml, json);
        assert_eq!(json.settings, ["strictPrefixMatching=true", "a=x/y"]);
    }

    #[test]
    fn what_is_no_configuration_is_told_what_one_is() {
        let mapping = "1: a configuration is a mapping, with `controller`, `paths`, `rules` or `settings`";
        let toml = "1: a configuration is YAML or JSON, and not TOML";
        for (name, text, said) in [
            ("p.yaml", "controller\n", mapping),
            ("p.json", "[1]", mapping),
            ("p.toml", "controller = \"traefik\"\n[rules]\nPT0301 = \"off\"\n", toml),
            ("P.TOML", "", toml),
        ] {
            let error = Config::read(name, text).expect_err("it is none");
            let all: Vec<_> = error
                .problems
                .iter()
                .map(|p| format!("{}: {}", error.sources.location(p.span).line, p.message))
                .collect();
            assert_eq!(all, [said], "{name}");
        }
    }

    #[test]
    fn faults_have_places() {
        let text = "rules:\n  mising-service: off\n  PT0301: bad\nrule: {}\ncontroller: 7\n";
        let error = Config::read("portolan.yaml", text).expect_err("it is none");
        let lines: Vec<_> = error
            .problems
            .iter()
            .map(|p| format!("{}: {}", error.sources.location(p.span).line, p.message))
            .collect();
        assert_eq!(
            lines,
            [
                "2: there is no rule mising-service: did you mean missing-service?",
                "3: \"bad\" is no level: off, info, warning or error",
                "4: a configuration has no `rule`: did you mean `rules`?",
                "5: `controller` is the name of a controller",
            ]
        );
    }
}
