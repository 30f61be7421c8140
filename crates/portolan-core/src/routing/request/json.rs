//! Requests as JSON objects.

use super::{Request, Scheme};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use std::fmt;
use std::net::IpAddr;

/// Writes headers as an object; a repeated name has a list of its values.
pub(super) fn headers<S: Serializer>(headers: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    for (i, (name, value)) in headers.iter().enumerate() {
        let same = |other: &&(String, String)| other.0.eq_ignore_ascii_case(name);
        if headers.iter().take(i).any(|h| same(&h)) {
            continue;
        }
        let values: Vec<&String> = headers.iter().filter(same).map(|(_, v)| v).collect();
        if values.len() == 1 {
            map.serialize_entry(name, value)?;
        } else {
            map.serialize_entry(name, &values)?;
        }
    }
    map.end()
}

impl<'de> Deserialize<'de> for Request {
    /// Every field may be left out: `GET`, `http` and `/` are the defaults. Unknown fields are
    /// ignored, so that objects may carry more than a request.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        let default = Request::get("", "/");
        Ok(Request {
            method: fields.method.unwrap_or(default.method),
            scheme: fields.scheme.unwrap_or_default(),
            host: fields.host.unwrap_or_default(),
            port: fields.port,
            address: fields.address,
            sni: fields.sni,
            target: fields.target.unwrap_or(default.target),
            headers: fields.headers.unwrap_or_default().0,
            client_ip: fields.client_ip,
        })
    }
}

#[derive(serde::Deserialize)]
#[serde(rename = "request")]
struct Fields {
    method: Option<String>,
    scheme: Option<Scheme>,
    host: Option<String>,
    port: Option<u16>,
    address: Option<String>,
    sni: Option<String>,
    target: Option<String>,
    headers: Option<Headers>,
    client_ip: Option<IpAddr>,
}

#[derive(Default)]
struct Headers(Vec<(String, String)>);

#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "a header's value is a string, or a list of strings")]
enum Values {
    One(String),
    Many(Vec<String>),
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map;
        impl<'de> Visitor<'de> for Map {
            type Value = Headers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of header names and values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
                let mut headers = Vec::new();
                while let Some((name, values)) = map.next_entry::<String, Values>()? {
                    match values {
                        Values::One(value) => headers.push((name, value)),
                        Values::Many(values) => headers.extend(values.into_iter().map(|v| (name.clone(), v))),
                    }
                }
                Ok(Headers(headers))
            }
        }
        deserializer.deserialize_map(Map)
    }
}
