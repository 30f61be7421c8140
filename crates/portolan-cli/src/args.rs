//! The command line.

use crate::language::Language;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use portolan_core::journey::{Cloud, Place, Setting, Software};
use std::net::IpAddr;
use std::path::PathBuf;

const ROUTE_EXAMPLES: &str = "\
Examples:
  portolan route -f ingress.yaml http://foo.bar.com/foo
  portolan route -f manifests/ --explain \"curl -H 'Host: foo.bar.com' http://10.0.0.1/foo\"
  helm template . | portolan route -f - --output json http://foo.bar.com/
  portolan route -f m.yaml --requests q.jsonl --output jsonl > answers.jsonl

Exit codes:
  0  every request has its answer
  1  some requests could not be read; the others have their answers
  2  nothing was answered: wrong usage, an unreadable file, an unknown controller or setting
  3  every request has its answer, but the manifests hold no Kubernetes object";

const TRACE_EXAMPLES: &str = "\
Examples:
  portolan trace -f manifests/ tcp://10.13.242.236:8086
  portolan trace -f m.yaml --from pod --node node-1 http://web.default.svc/
  portolan trace -f m.yaml --cloud openstack service://default/influxdb:8086
  portolan trace -f m.yaml --controller ingress-nginx \"curl -H 'Host: foo.bar.com' http://10.0.0.1/\"
  portolan trace -f m.yaml --pool haproxy > haproxy.cfg

Exit codes:
  0  every destination was followed, wherever that ended; or the configuration is printed
  1  some destinations could not be read; the others were followed
  2  nothing was followed: wrong usage, an unreadable file, an unknown controller or setting
  3  every destination was followed, but the manifests hold no Kubernetes object";

const VIEW_EXAMPLES: &str = "\
Examples:
  portolan view -f manifests/ --controller ingress-nginx
  portolan view -f m.yaml --controller traefik --output jsonl

Exit codes:
  0  the configuration is printed
  2  nothing is printed: wrong usage, an unreadable file, an unknown controller or setting, or a
     controller that writes no configuration
  3  it is printed, but the manifests hold no Kubernetes object";

const CHART_EXAMPLES: &str = "\
Examples:
  portolan chart -f manifests/ | dot -Tsvg > chart.svg
  portolan chart -f m.yaml --controller ingress-nginx --format mermaid
  portolan chart -f m.yaml --cloud openstack | dot -Tpng > chart.png

Exit codes:
  0  the chart is printed
  2  nothing is printed: wrong usage, an unreadable file, an unknown controller or setting
  3  it is printed, but the manifests hold no Kubernetes object";

const COMPARE_EXAMPLES: &str = "\
Examples:
  portolan compare -f m.yaml --controller ingress-nginx --controller traefik http://foo.bar.com/foo
  portolan compare -f m.yaml --controller ingress-nginx --controller traefik-ingress-nginx \\
    --requests q.jsonl --differences
  portolan compare -f m.yaml --controller traefik --controller strict=traefik \\
    --set strict:strictPrefixMatching=true http://foo.bar.com/foobar

Exit codes:
  0  every request has its answers, and they are the same under all controllers
  1  some requests could not be read; the others have their answers
  2  nothing was answered: wrong usage, an unreadable file, an unknown controller or setting
  3  every request has its answers, but the manifests hold no Kubernetes object
  4  every request has its answers, and some of them differ";

const CHECK_EXAMPLES: &str = "\
Examples:
  portolan check -f manifests/
  portolan check -f m.yaml --controller ingress-nginx --deny warnings
  helm template . | portolan check -f - --format sarif > portolan.sarif
  portolan check -f manifests/ --diff

In manifests, a comment silences a problem on its own line or, alone on a line, on the next one:
  name: web  # portolan: ignore PT0301 it comes with another chart
`# portolan: ignore-file PT0301` is for the whole file.

portolan.yaml sets the rest, all of it optional:
  controller: ingress-nginx
  settings: {ssl-redirect: false}
  rules: {missing-service: warning, PT0305: off}
  paths:
    legacy/**: {old-version: info}

Exit codes:
  0  nothing is wrong, or nothing that is denied: errors always are
  1  there are problems
  2  nothing was judged: wrong usage, an unreadable file, an unknown controller or setting, a bad
     configuration, or manifests without any Kubernetes object";

const EXAMPLES_EXAMPLES: &str = "\
Examples:
  portolan examples
  portolan examples load-balancer
  portolan examples 8 --write ingress/

Exit codes:
  0  they are listed, one is shown, or its manifests are written
  2  nothing is: wrong usage, no such example, or a file that cannot be written or is there already";

/// Where does this request land in a Kubernetes cluster, and why? Answered from manifests alone.
#[derive(Debug, Parser)]
#[command(name = "portolan", version, propagate_version = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours; NO_COLOR is honoured
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// The language of what is printed for people; else that of PORTOLAN_LANGUAGE or the locale
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE")]
    pub language: Option<Language>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say where requests land, and why
    #[command(after_help = ROUTE_EXAMPLES)]
    Route(Route),
    /// Ask several controllers the same requests, and say where their answers differ
    #[command(after_help = COMPARE_EXAMPLES)]
    Compare(Compare),
    /// Say what is wrong with manifests, where, and how to mend it
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Follow connections and requests hop by hop, from the client to the pod
    #[command(after_help = TRACE_EXAMPLES, mut_arg("controller", |controller| {
        controller.help("The controller that answers requests; `portolan controllers` lists them")
    }))]
    Trace(Trace),
    /// Explain a problem: what it is, why it bites, and how it looks when it is right
    Explain(Explain),
    /// Show the configuration that a controller writes for its proxy
    #[command(after_help = VIEW_EXAMPLES, mut_arg("controller", |controller| {
        controller.help("The controller whose configuration is shown").default_value(None).required(true)
    }))]
    View(View),
    /// Draw the way in, from the client to the pods, in the language of Graphviz or Mermaid
    #[command(after_help = CHART_EXAMPLES)]
    Chart(Draw),
    /// List the controllers that can answer, with their settings
    Controllers(Controllers),
    /// List the lessons and examples that come with the tool, or walk through one
    #[command(after_help = EXAMPLES_EXAMPLES)]
    Examples(Examples),
}

/// What is read, and how much is said of what is wrong with it.
#[derive(Debug, ClapArgs)]
pub struct Manifests {
    /// Manifests: a file, a folder (*.yaml, *.yml and *.json in it and below, sorted), or - for
    /// standard input
    #[arg(short, long = "filename", required = true, value_name = "FILE|DIR|-")]
    pub file: Vec<PathBuf>,
    /// Print no problems of the manifests
    #[arg(short, long, conflicts_with = "all_problems")]
    pub quiet: bool,
    /// Print all problems of the manifests, not only the first 20
    #[arg(long)]
    pub all_problems: bool,
}

/// The one controller that answers.
#[derive(Debug, ClapArgs)]
pub struct Answering {
    /// The controller that answers; `portolan controllers` lists them
    #[arg(short, long, default_value = "kubernetes", value_name = "NAME")]
    pub controller: String,
    /// A setting of the controller, by its own name
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// What is asked.
#[derive(Debug, ClapArgs)]
pub struct Asked {
    /// Requests as JSON objects, one a line; - for standard input
    #[arg(long, value_name = "FILE|-")]
    pub requests: Option<PathBuf>,
    /// Requests: URLs, "METHOD URL", or curl command lines in quotes
    #[arg(value_name = "REQUEST", required_unless_present = "requests")]
    pub request: Vec<String>,
}

/// `portolan route`.
#[derive(Debug, ClapArgs)]
pub struct Route {
    #[command(flatten)]
    pub manifests: Manifests,
    #[command(flatten)]
    pub answering: Answering,
    /// Follow each request hop by hop from here
    #[arg(long, value_name = "PLACE", value_parser = places())]
    pub from: Option<Place>,
    #[command(flatten)]
    pub client: Client,
    #[command(flatten)]
    pub asked: Asked,
    /// Add every rule that did not answer, and why
    #[arg(short, long)]
    pub explain: bool,
    /// How to print answers
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Output,
}

/// What is outside the cluster.
#[derive(Debug, ClapArgs)]
pub struct Balancers {
    /// Who makes load balancers; where left out, the one that the manifests point to
    #[arg(long, value_name = "NAME", value_parser = clouds())]
    pub cloud: Option<Cloud>,
}

/// What is known of the client and of what surrounds the cluster.
#[derive(Debug, ClapArgs)]
pub struct Client {
    #[command(flatten)]
    pub balancers: Balancers,
    /// The client's address
    #[arg(long = "client", value_name = "ADDRESS")]
    pub address: Option<IpAddr>,
    /// The node that the client's pod runs on
    #[arg(long, value_name = "NAME")]
    pub node: Option<String>,
    /// The namespace of the client's pod, in which short names are looked up
    #[arg(long, value_name = "NAME")]
    pub namespace: Option<String>,
    /// Which of a row of connections is followed: each takes the next of the alternatives
    #[arg(long, value_name = "N", default_value_t)]
    pub turn: u32,
}

impl Client {
    /// The library's words for it.
    pub fn setting(&self, place: Place) -> Setting {
        Setting {
            place,
            node: self.node.clone(),
            namespace: self.namespace.clone(),
            client: self.address,
            cloud: self.balancers.cloud,
            turn: self.turn,
        }
    }
}

fn places() -> impl TypedValueParser<Value = Place> {
    named(Place::ALL.map(Place::name), |name| Place::ALL.into_iter().find(|p| p.name() == name))
}

fn clouds() -> impl TypedValueParser<Value = Cloud> {
    named(Cloud::ALL.map(Cloud::name), Cloud::named)
}

fn pools() -> impl TypedValueParser<Value = Software> {
    named(Software::ALL.map(Software::name), |name| Software::ALL.into_iter().find(|s| s.name() == name))
}

/// Takes the names of things, and gives the things.
fn named<T: Clone + Send + Sync + 'static, const N: usize>(
    names: [&'static str; N],
    find: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(names)
        .try_map(move |name| find(&name).ok_or_else(|| format!("there is no {name}")))
}

/// `portolan trace`.
#[derive(Debug, ClapArgs)]
pub struct Trace {
    #[command(flatten)]
    pub manifests: Manifests,
    #[command(flatten)]
    pub answering: Answering,
    /// Where the client stands
    #[arg(long, value_name = "PLACE", value_parser = places(), default_value = "internet")]
    pub from: Place,
    #[command(flatten)]
    pub client: Client,
    /// Print instead the configuration of a load balancer of one's own, with the nodes and node ports of
    /// all Services of the types LoadBalancer and NodePort
    #[arg(long, value_name = "SOFTWARE", value_parser = pools(), conflicts_with = "to")]
    pub pool: Option<Software>,
    /// Where to: tcp://ADDRESS:PORT, udp://ADDRESS:PORT, service://NAMESPACE/NAME:PORT (by the best of its
    /// addresses), or a request as for `portolan route`
    #[arg(value_name = "DESTINATION", required_unless_present = "pool")]
    pub to: Vec<String>,
    /// How to print journeys
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Output,
}

/// `portolan compare`.
#[derive(Debug, ClapArgs)]
pub struct Compare {
    #[command(flatten)]
    pub manifests: Manifests,
    /// A controller that answers, twice or more; the others are compared with the first. A label
    /// tells apart one controller with several settings
    #[arg(short, long, required = true, value_name = "[LABEL=]NAME")]
    pub controller: Vec<String>,
    /// A setting of one of the controllers, by its own name
    #[arg(long, value_name = "LABEL:KEY=VALUE")]
    pub set: Vec<String>,
    #[command(flatten)]
    pub asked: Asked,
    /// Print only requests whose answers differ
    #[arg(short, long)]
    pub differences: bool,
    /// How to print answers
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Output,
}

/// `portolan check`.
#[derive(Debug, ClapArgs)]
pub struct Check {
    /// Manifests: a file, a folder (*.yaml, *.yml and *.json in it and below, sorted), or - for
    /// standard input
    #[arg(short, long = "filename", required = true, value_name = "FILE|DIR|-")]
    pub file: Vec<PathBuf>,
    /// The controller whose answers count; where left out, the one that the manifests point to
    #[arg(short, long, value_name = "NAME")]
    pub controller: Option<String>,
    /// A setting of the controller, by its own name
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// What is more than worth knowing: exit with 1 for these, too
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Option<Deny>,
    /// The project's configuration, in YAML or JSON; where left out, portolan.yaml in the working folder, if
    /// it is there
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How to print problems
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// Mend what has exactly one fix, in the files; comments and everything else stay as they are
    #[arg(long)]
    pub fix: bool,
    /// Print what --fix would change, and change nothing
    #[arg(long)]
    pub diff: bool,
}

/// `portolan explain`.
#[derive(Debug, ClapArgs)]
pub struct Explain {
    /// A problem's code or name; all of them are listed where it is left out
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// What is denied beside errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Warnings
    Warnings,
    /// Everything
    All,
}

/// How problems are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code hosts
    Sarif,
    /// JUnit's XML, for CI servers
    Junit,
    /// Workflow commands of GitHub Actions
    Github,
    /// A Markdown table
    Markdown,
}

/// `portolan view`.
#[derive(Debug, ClapArgs)]
pub struct View {
    #[command(flatten)]
    pub manifests: Manifests,
    #[command(flatten)]
    pub answering: Answering,
    /// How to print it: its text, or its lines with what made each
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Output,
}

/// `portolan chart`.
#[derive(Debug, ClapArgs)]
pub struct Draw {
    #[command(flatten)]
    pub manifests: Manifests,
    #[command(flatten)]
    pub answering: Answering,
    #[command(flatten)]
    pub balancers: Balancers,
    /// The language
    #[arg(long, value_enum, default_value_t, value_name = "LANGUAGE")]
    pub format: Drawing,
}

/// A language that charts are drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Drawing {
    /// Graphviz
    #[default]
    Dot,
    /// Mermaid, which GitHub and GitLab draw in Markdown
    Mermaid,
}

/// `portolan controllers`.
#[derive(Debug, ClapArgs)]
pub struct Controllers {
    /// How to print them
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Output,
}

/// `portolan examples`.
#[derive(Debug, ClapArgs)]
pub struct Examples {
    /// Which one, by its name or number; all are listed where it is left out
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Put its manifests into this folder, so that you can change them
    #[arg(long, value_name = "DIR", requires = "name")]
    pub write: Option<PathBuf>,
}

/// How answers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Output {
    /// For people
    #[default]
    Human,
    /// One JSON list
    Json,
    /// One JSON object a line
    Jsonl,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Makes it the choice of the whole process.
    pub fn apply(self) {
        match self {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}
