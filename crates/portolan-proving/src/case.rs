//! One cluster, and the requests that are put to it.

use crate::yaml;
use portolan_core::cluster::Cluster;
use portolan_core::controller::{self, Controller, Settings, ViewLine};
use portolan_core::manifest;
use portolan_core::problem::Severity;
use portolan_core::routing::{Request, Router};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Objects, a controller's settings, and requests.
#[derive(Debug, Clone)]
pub struct Case {
    /// The controller's name.
    pub controller: &'static str,
    /// Settings that are not the default.
    pub settings: BTreeMap<String, String>,
    /// The objects, as somebody would write them.
    pub objects: Vec<Value>,
    /// The requests.
    pub requests: Vec<Request>,
}

/// What Portolan makes of a case.
#[derive(Debug)]
pub struct Model {
    /// Answers requests.
    pub router: Router,
    /// Whether the controller's proxy would refuse its whole configuration.
    pub rejected: bool,
    /// The configuration that the controller writes, where it writes one.
    pub view: Option<Vec<ViewLine>>,
}

impl Case {
    /// The manifests as text.
    pub fn manifests(&self) -> String {
        yaml::documents(&self.objects)
    }

    fn controller(&self) -> Result<&'static Controller, String> {
        controller::find(self.controller).map_err(|e| e.to_string())
    }

    /// Portolan's side.
    ///
    /// # Errors
    /// When the API server would not take the objects, or the settings are none of the controller's.
    pub fn model(&self) -> Result<Model, String> {
        let controller = self.controller()?;
        let mut settings = Settings::new();
        for (name, value) in &self.settings {
            settings.set(controller, &format!("{name}={value}")).map_err(|e| e.to_string())?;
        }
        let manifest = manifest::read([("case.yaml", self.manifests())]);
        let cluster = Cluster::build(&manifest);
        if let Some(problem) = cluster.problems.iter().find(|p| p.severity == Severity::Error) {
            return Err(problem.message.clone());
        }
        let compiled = controller.compile(&cluster, &settings);
        Ok(Model {
            rejected: compiled.problems.iter().any(|p| p.code.0 == "PT0402"),
            router: Router::new(compiled.table),
            view: controller.view(&cluster, &settings),
        })
    }

    /// The case as it stands in a file of cases, with what was observed.
    pub fn to_json(&self, id: &str, note: &str, expectations: &[Value]) -> Value {
        let mut case = Map::new();
        case.insert("id".to_owned(), id.into());
        case.insert("note".to_owned(), note.into());
        if !self.settings.is_empty() {
            let value = |text: &String| text.parse::<bool>().map_or_else(|_| json!(text), Value::from);
            let options = self.settings.iter().map(|(name, text)| (name.clone(), value(text)));
            case.insert("options".to_owned(), options.collect());
        }
        case.insert("manifests".to_owned(), self.manifests().into());
        let requests = self.requests.iter().zip(expectations);
        let requests = requests.map(|(r, e)| json!({"request": request_json(r), "expect": e}));
        case.insert("requests".to_owned(), requests.collect());
        Value::Object(case)
    }
}

fn request_json(request: &Request) -> Value {
    let mut value = serde_json::to_value(request).unwrap_or_default();
    if request.headers.is_empty()
        && let Some(map) = value.as_object_mut()
    {
        map.remove("headers");
    }
    value
}

#[cfg(test)]
mod tests {
    use super::Case;
    use portolan_core::routing::Request;
    use serde_json::json;

    #[test]
    fn a_case_is_written_as_the_suites_have_it() {
        let case = Case {
            controller: "traefik",
            settings: [("strictPrefixMatching".to_owned(), "true".to_owned())].into(),
            objects: vec![
                json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"port": 80}]}}),
            ],
            requests: vec![Request::get("h", "/x")],
        };
        assert!(case.model().is_ok());
        let written = case.to_json("i", "n", &[json!({"kind": "respond", "status": 404})]);
        assert_eq!(written["options"], json!({"strictPrefixMatching": true}));
        assert_eq!(
            written["requests"],
            json!([{"request": {"method": "GET", "scheme": "http", "host": "h", "target": "/x"},
                "expect": {"kind": "respond", "status": 404}}])
        );
    }

    #[test]
    fn what_the_api_server_refuses_is_no_case() {
        let case = Case {
            controller: "traefik",
            settings: Default::default(),
            objects: vec![
                json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "A_"}, "spec": {"ports": []}}),
            ],
            requests: Vec::new(),
        };
        assert!(case.model().is_err());
    }
}
