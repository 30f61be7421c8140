//! nginx, with the configuration that Portolan's ingress-nginx module shows.
//!
//! What the controller leaves to Lua is said in the configuration's comments. Its redirects to HTTPS
//! and between names, and its answer where nobody stands behind a Service, are put into nginx' own
//! words here; authentication, CORS, canaries and error pages are not asked about.

use super::Program;
use super::child::Running;
use crate::case::{Case, Model};
use crate::compare::Observed;
use crate::echo::Echoes;
use crate::kubernetes::full_name;
use crate::wire::{Client, free_port, loopback};
use portolan_core::controller::ViewLine;
use portolan_core::routing::Request;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long nginx may take to start.
const PATIENCE: Duration = Duration::from_secs(10);
/// The controller's name for what answers where no backend does.
const DEFAULT_BACKEND: &str = "upstream-default-backend";
/// An upstream that answers 503.
const NOBODY: &str = "proving-nobody";

/// nginx, started anew for each case.
#[derive(Debug)]
pub struct Nginx {
    program: PathBuf,
    folder: PathBuf,
    running: Option<Running>,
    echoes: Echoes,
    port: u16,
    client: Client,
}

impl Nginx {
    /// One that is started with its first case.
    ///
    /// # Errors
    /// When there is no free port, or no place for its files.
    pub fn new(program: &Path, log: &Path) -> Result<Nginx, String> {
        let port = free_port().map_err(|e| format!("no free port: {e}"))?;
        let folder = log.with_extension("files");
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(Nginx {
            program: program.to_owned(),
            folder,
            running: None,
            echoes: Echoes::default(),
            port,
            client: Client::new(loopback(port)),
        })
    }

    /// The configuration for a case.
    fn configuration(&mut self, case: &Case, view: &[ViewLine]) -> std::io::Result<String> {
        let mut upstreams = BTreeMap::new();
        for service in case.objects.iter().filter(|o| o["kind"] == "Service") {
            let full_name = full_name(service);
            for port in service["spec"]["ports"].as_array().into_iter().flatten() {
                let Some(number) = port["port"].as_u64().and_then(|p| u16::try_from(p).ok()) else {
                    continue;
                };
                let echo = self.echoes.port(&full_name, number)?;
                // As the controller does it: the first port of which anything is called so.
                for text in ["port", "name", "targetPort"].map(|field| &port[field]) {
                    let text = text.as_str().map_or_else(|| text.to_string(), str::to_owned);
                    let name = format!("{}-{text}", full_name.replace('/', "-"));
                    upstreams.entry(name).or_insert(echo);
                }
            }
        }
        upstreams.insert(NOBODY.to_owned(), self.echoes.status(503)?);
        upstreams.insert(DEFAULT_BACKEND.to_owned(), self.echoes.status(404)?);
        let folder = self.folder.display();
        let mut text = format!(
            "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n\
             access_log off;\nuninitialized_variable_warn off;\nport_in_redirect off;\n\
             server_names_hash_max_size 4096;\nserver_names_hash_bucket_size 256;\n\
             proxy_http_version 1.1;\nproxy_redirect off;\n"
        );
        for module in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            writeln!(text, "{module}_temp_path {folder}/{module};").expect("a String takes all");
        }
        text += "map $request_uri $without_last_slash {\n~^(?<head>.*)/$ $head;\ndefault $request_uri;\n}\n\
                 map $http_host $up_to_colon {\n~^(?<name>[^:]*) $name;\n}\n";
        for (name, port) in &upstreams {
            writeln!(text, "upstream \"{name}\" {{ server 127.0.0.1:{port}; keepalive 4; }}")
                .expect("a String takes all");
        }
        for line in adapted(view, self.port, &upstreams) {
            text += &line;
            text.push('\n');
        }
        Ok(text + "}\n")
    }
}

impl Program for Nginx {
    fn port(&self) -> u16 {
        self.port
    }

    fn facts(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    fn ports(&self) -> Vec<(u16, u16)> {
        vec![(self.port, 8080)]
    }

    fn load(&mut self, case: &Case, model: &Model) -> Result<bool, String> {
        let view = model.view.as_deref().ok_or("the controller shows no configuration")?;
        let text = self.configuration(case, view).map_err(|e| format!("no port for a backend: {e}"))?;
        let at = |e: std::io::Error, path: &Path| format!("{}: {e}", path.display());
        let file = self.folder.join("nginx.conf");
        std::fs::write(&file, text).map_err(|e| at(e, &file))?;
        // The one before has to give its port back.
        self.running = None;
        self.client = Client::new(loopback(self.port));
        let arguments =
            ["-p".to_owned(), self.folder.display().to_string(), "-c".to_owned(), file.display().to_string()];
        let log = self.folder.join("nginx.log");
        let mut running = Running::start(&self.program, &arguments, &log)?;
        let address = loopback(self.port);
        match running.wait_until(PATIENCE, || TcpStream::connect(address).is_ok()) {
            Ok(()) => {
                self.running = Some(running);
                Ok(true)
            }
            Err(error) => {
                let said = std::fs::read_to_string(&log).map_err(|e| at(e, &log))?;
                match said.contains("[emerg]") && !said.contains("bind()") {
                    true => Ok(false),
                    false => Err(format!("{error}: {said}")),
                }
            }
        }
    }

    fn ask(&mut self, _: &Case, request: &Request) -> Result<Observed, String> {
        self.client.ask(request).map(|answer| Observed::of(&answer)).map_err(|e| format!("nginx: {e}"))
    }
}

/// The lines of the view, made fit for a plain nginx on this port.
fn adapted(view: &[ViewLine], port: u16, upstreams: &BTreeMap<String, u16>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let (mut upstream, mut own_host) = (NOBODY.to_owned(), false);
    for line in view {
        let text = line.text.trim();
        if text.starts_with("location ") {
            (upstream, own_host) = (NOBODY.to_owned(), false);
        }
        if let Some(name) = text.strip_prefix("set $proxy_upstream_name \"") {
            let name = name.trim_end_matches("\";");
            if upstreams.contains_key(name) {
                upstream = name.to_owned();
            }
        }
        own_host |= text.starts_with("proxy_set_header Host ");
        if let Some(rest) = text.strip_prefix("listen 80") {
            lines.push(format!("listen 127.0.0.1:{port}{rest}"));
        } else if text.starts_with("listen 443") || text.starts_with("ssl_verify_client") {
            // Plain HTTP only.
        } else if text.starts_with("# Lua: return 503") {
            // The controller's Lua says so before anybody asks who the client is.
            insert_before_rewrite(&mut lines, "return 503;".to_owned());
        } else if let Some(rest) = text.strip_prefix("# Lua: return ") {
            let code = rest.split(' ').next().unwrap_or_default();
            let to_name = rest.split_once("$scheme://").and_then(|(_, r)| r.split_once(":$server_port"));
            let location = match to_name {
                // The port of the real controller's listener.
                Some((host, _)) => format!("$scheme://{host}:80$without_last_slash"),
                None => "https://$up_to_colon$without_last_slash".to_owned(),
            };
            let redirect = format!("return {code} {location};");
            insert_before_rewrite(&mut lines, redirect);
        } else if text == "proxy_pass http://upstream_balancer;" {
            if !own_host {
                lines.push("proxy_set_header Host $http_host;".to_owned());
            }
            lines.push("proxy_set_header Connection \"\";".to_owned());
            lines.push(format!("proxy_pass http://{upstream};"));
        } else {
            lines.push(text.to_owned());
        }
    }
    lines
}

/// Adds what is Lua in the controller, which comes after `rewrite`: but its `break` would end nginx' own
/// words. One that leads to a URL answers by itself.
fn insert_before_rewrite(lines: &mut Vec<String>, line: String) {
    let to_url = |l: &str| ["http://", "https://", "$scheme"].iter().any(|s| l.contains(&format!("\" {s}")));
    let before = match lines.last() {
        Some(last) if last.starts_with("rewrite ") && !to_url(last) => lines.len() - 1,
        _ => lines.len(),
    };
    lines.insert(before, line);
}

#[cfg(test)]
mod tests {
    use super::adapted;
    use portolan_core::controller::ViewLine;

    #[test]
    fn lua_is_put_into_words_of_nginx() {
        let view = [
            "server {",
            "    listen 80 default_server;",
            "    listen 443 default_server ssl;",
            "    location \"/a\" {",
            "        set $proxy_upstream_name \"default-a-80\";",
            "        rewrite \"(?i)/a\" /b break;",
            "        # Lua: return 308 https://$host$request_uri to plain HTTP",
            "        proxy_pass http://upstream_balancer;",
            "    }",
            "    location \"/b\" {",
            "        set $proxy_upstream_name \"default-b-80\";",
            "        # Lua: return 503: nobody",
            "        proxy_set_header Host \"x\";",
            "        proxy_pass http://upstream_balancer;",
            "    }",
        ];
        let view: Vec<ViewLine> =
            view.iter().map(|text| ViewLine { text: (*text).to_owned(), origin: None }).collect();
        let known = ["default-a-80", "default-b-80"].map(|n| (n.to_owned(), 1)).into();
        let lines = adapted(&view, 8080, &known);
        assert_eq!(
            lines,
            [
                "server {",
                "listen 127.0.0.1:8080 default_server;",
                "location \"/a\" {",
                "set $proxy_upstream_name \"default-a-80\";",
                "return 308 https://$up_to_colon$without_last_slash;",
                "rewrite \"(?i)/a\" /b break;",
                "proxy_set_header Host $http_host;",
                "proxy_set_header Connection \"\";",
                "proxy_pass http://default-a-80;",
                "}",
                "location \"/b\" {",
                "set $proxy_upstream_name \"default-b-80\";",
                "return 503;",
                "proxy_set_header Host \"x\";",
                "proxy_set_header Connection \"\";",
                "proxy_pass http://default-b-80;",
                "}",
            ]
        );
    }
}
