//! Which fields the API's types have, and of which type they are: what the API server's decoder
//! knows. As of Kubernetes 1.37, to the depth that matters for traffic; deeper values are `Any`.

mod network;
mod workload;

pub(super) use network::*;
pub(super) use workload::OBJECT_META;
use workload::*;

/// What a value must be.
#[derive(Debug)]
pub(super) enum Shape {
    /// Anything; not looked into.
    Any,
    /// A boolean.
    Bool,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A whole number of 32 bits, or a string.
    IntOrString,
    /// A string.
    String,
    /// A string with a time. Not looked into.
    Time,
    /// An object whose values are strings.
    Strings,
    /// An object whose values are base64.
    Bytes,
    /// An object; not looked into.
    Map,
    /// An array.
    List(&'static Shape),
    /// An object with these fields.
    Object(&'static Fields),
}

/// The fields of an API type.
#[derive(Debug)]
pub(super) struct Fields {
    /// The type's name in Kubernetes' source.
    pub name: &'static str,
    /// Field names, sorted, and shapes.
    pub fields: &'static [(&'static str, Shape)],
}

impl Fields {
    /// The shape of a field.
    pub fn get(&self, name: &str) -> Option<&'static Shape> {
        let i = self.fields.binary_search_by_key(&name, |f| f.0).ok()?;
        self.fields.get(i).map(|f| &f.1)
    }

    /// The field of this type whose own type has the field `name`.
    pub fn holder_of(&self, name: &str) -> Option<&'static str> {
        let has = |shape: &Shape| match shape {
            Shape::Object(fields) | Shape::List(Shape::Object(fields)) => fields.get(name).is_some(),
            _ => false,
        };
        self.fields.iter().find(|f| has(&f.1)).map(|f| f.0)
    }

    /// The names of the fields.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|f| f.0)
    }
}

/// Tables of fields: `NAME = "GoType" { field: Shape, … }`, fields sorted.
macro_rules! fields {
    ($($name:ident = $type:literal { $($field:ident: $shape:expr),* $(,)? })*) => {
        $(pub(in crate::cluster::read) static $name: Fields =
            Fields { name: $type, fields: &[$((stringify!($field), $shape)),*] };)*
        #[cfg(test)]
        pub(super) static TABLES: &[&Fields] = &[$(&$name),*];
    };
}
use fields;

/// The fields of an object of a kind that is read.
pub(super) fn of(api_version: &str, kind: &str) -> &'static Fields {
    match (kind, api_version) {
        ("Ingress", "networking.k8s.io/v1") => &INGRESS,
        ("Ingress", _) => &INGRESS_V1BETA1,
        ("IngressClass", _) => &INGRESS_CLASS,
        ("Service", _) => &SERVICE,
        ("Endpoints", _) => &ENDPOINTS,
        ("EndpointSlice", "discovery.k8s.io/v1beta1") => &ENDPOINT_SLICE_V1BETA1,
        ("EndpointSlice", _) => &ENDPOINT_SLICE,
        ("Deployment", _) => &DEPLOYMENT,
        ("ReplicaSet", _) => &REPLICA_SET,
        ("StatefulSet", _) => &STATEFUL_SET,
        ("DaemonSet", _) => &DAEMON_SET,
        ("Job", _) => &JOB,
        ("CronJob", _) => &CRON_JOB,
        ("Pod", _) => &POD,
        ("Node", _) => &NODE,
        ("Secret", _) => &SECRET,
        ("ConfigMap", _) => &CONFIG_MAP,
        _ => &NAMESPACE,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn fields_are_sorted() {
        for table in super::network::TABLES.iter().chain(super::workload::TABLES) {
            assert!(table.fields.is_sorted_by(|a, b| a.0 < b.0), "{}", table.name);
        }
    }
}
