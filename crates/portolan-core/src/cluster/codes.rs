//! Every kind of problem that an object can have for the API server.

use crate::problem::Code;

/// An object without `apiVersion`, `kind` or name: nobody can tell what it is.
pub const INCOMPLETE: Code = Code("PT0201");
/// A field that the type does not have. `kubectl` refuses it by default; the API server drops it.
pub const UNKNOWN_FIELD: Code = Code("PT0202");
/// A value of the wrong type: the API server cannot decode the object.
pub const WRONG_TYPE: Code = Code("PT0203");
/// An object that a later one of the same kind and name replaces.
pub const REPLACED: Code = Code("PT0204");
/// An API version that Kubernetes removed.
pub const OLD_VERSION: Code = Code("PT0205");
/// A kind that its API version does not have.
pub const NO_SUCH_KIND: Code = Code("PT0206");
/// A name, label or annotation key that is not allowed.
pub const NAME: Code = Code("PT0207");
/// A number that YAML reads otherwise than it looks.
pub const OCTAL: Code = Code("PT0208");
/// A value that is none of those allowed.
pub const UNSUPPORTED: Code = Code("PT0209");
/// `pathType` is missing or none of the three.
pub const PATH_TYPE: Code = Code("PT0210");
/// A host that is no DNS name.
pub const HOST: Code = Code("PT0211");
/// A path that is not allowed.
pub const PATH: Code = Code("PT0212");
/// A backend that names nothing, or too much.
pub const BACKEND: Code = Code("PT0213");
/// An Ingress or rule with nothing in it.
pub const EMPTY: Code = Code("PT0214");
/// An ingress class that is named wrongly, or an IngressClass that is not allowed.
pub const CLASS: Code = Code("PT0215");
/// A port that is no port, has no name, or is there twice.
pub const PORT: Code = Code("PT0220");
/// Fields of a Service that do not go together.
pub const SERVICE_TYPE: Code = Code("PT0221");
/// An address or CIDR that is none.
pub const ADDRESS: Code = Code("PT0222");
/// A node port or cluster IP that another Service has.
pub const ALLOCATED: Code = Code("PT0223");
/// A node port outside the default range.
pub const NODE_PORT_RANGE: Code = Code("PT0224");
/// Endpoints without addresses or address type.
pub const ENDPOINTS: Code = Code("PT0230");
/// A workload whose selector and template do not go together, or a pod without containers.
pub const WORKLOAD: Code = Code("PT0240");
/// A Secret or ConfigMap whose data is not allowed.
pub const DATA: Code = Code("PT0250");
/// More problems than are listed.
pub const MORE_PROBLEMS: Code = Code("PT0299");
