//! Every kind of problem that reading text can find.

use crate::problem::Code;

/// The text is not YAML.
pub const YAML_SYNTAX: Code = Code("PT0101");
/// The text looks like JSON and is not.
pub const JSON_SYNTAX: Code = Code("PT0102");
/// A Helm template that was not rendered.
pub const HELM_TEMPLATE: Code = Code("PT0103");
/// A plain value that starts with `*`: YAML takes it for an alias of an anchor that does not exist.
pub const UNKNOWN_ANCHOR: Code = Code("PT0104");
/// A key that stands twice in one mapping.
pub const DUPLICATE_KEY: Code = Code("PT0105");
/// A document or a list item that is no mapping, so no Kubernetes object.
pub const NOT_AN_OBJECT: Code = Code("PT0106");
/// A key that Kubernetes cannot turn into text.
pub const BAD_KEY: Code = Code("PT0107");
/// A tag that Kubernetes' reader does not know.
pub const UNKNOWN_TAG: Code = Code("PT0108");
/// A value that does not fit its tag.
pub const TAG_MISMATCH: Code = Code("PT0109");
/// A merge key (`<<`) that merges no mapping, or that overrides what stands before it.
pub const MERGE: Code = Code("PT0110");
/// A number that JSON, and so the API server, cannot hold.
pub const NOT_JSON: Code = Code("PT0111");
/// A file above the size limit.
pub const TOO_LARGE: Code = Code("PT0112");
/// Nesting above the limit.
pub const TOO_DEEP: Code = Code("PT0113");
/// More values than the limit allows.
pub const TOO_MANY_VALUES: Code = Code("PT0114");
/// Aliases that copy more than the limit allows.
pub const TOO_MANY_COPIES: Code = Code("PT0115");
/// An alias inside the value that its own anchor names.
pub const ALIAS_CYCLE: Code = Code("PT0116");
/// More problems than the limit lets through; what follows was not read.
pub const MORE_PROBLEMS: Code = Code("PT0117");
/// A bare list of objects, which kubectl does not take.
pub const BARE_LIST: Code = Code("PT0118");
/// A bare `y` or `n`, a boolean to kubectl and a string to most other tools.
pub const SINGLE_LETTER: Code = Code("PT0119");
