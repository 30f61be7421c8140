//! What people see, and how the tool ends.

mod tool;

use insta::assert_snapshot;
use std::path::PathBuf;
use tool::{command, run};

const ARTICLE: &str = "tests/fixtures/article";

/// Code, standard output and standard error in one text.
fn seen(args: &[&str], input: &[u8]) -> String {
    let (code, stdout, stderr) = run(args, input);
    let mut text = format!("$ portolan {}\n{stdout}", args.join(" "));
    if !stderr.is_empty() {
        text += &format!("--- standard error\n{stderr}");
    }
    text + &format!("--- exit code {code}\n")
}

#[test]
fn the_article_answers() {
    assert_snapshot!(seen(
        &[
            "route",
            "-qf",
            ARTICLE,
            "http://foo.bar.com/foo",
            "https://foo.bar.com:8443/bar/1?x=2",
            "curl -sH 'Host: foo.bar.com' 10.0.0.1/a/../foo",
            "http://other.example/",
        ],
        b""
    ));
}

#[test]
fn the_article_s_problems() {
    assert_snapshot!(seen(&["route", "-f", ARTICLE, "http://other.example/"], b""));
}

#[test]
fn explain_adds_every_other_rule() {
    assert_snapshot!(seen(&["route", "-qf", ARTICLE, "--explain", "http://foo.bar.com/foo"], b""));
    assert_snapshot!(seen(&["route", "-qf", ARTICLE, "--explain", "GET", "http://x.example/food"], b""));
    let class = ["route", "-qf", ARTICLE, "--set", "ingressClassName=nginx", "-e", "http://foo.bar.com/foo"];
    assert_snapshot!(seen(&class, b""));
}

#[test]
fn a_tie_is_said_to_be_one() {
    assert_snapshot!(seen(&["route", "-f", "tests/fixtures/tie.yaml", "http://tie.example.com/"], b""));
}

#[test]
fn a_bad_request_is_shown_with_its_place() {
    let requests = ["http://foo.bar.com/a b", "curl --nope x http://foo.bar.com/", "http://foo.bar.com/foo"];
    assert_snapshot!(seen(&[&["route", "-qf", ARTICLE], &requests[..]].concat(), b""));
    assert_snapshot!(seen(&["route", "-qf", ARTICLE, "--requests", "-"], b"{\"host\":\"h\"}\nnope\n"));
}

#[test]
fn controllers_are_compared_request_by_request() {
    let requests = ["http://foo.bar.com/foo", "http://foo.bar.com/foobar", "http://other.example/"];
    let compare = ["compare", "-qf", ARTICLE, "-c", "kubernetes", "-c", "ingress-nginx", "-c", "traefik"];
    assert_snapshot!(seen(&[&compare[..], &requests[..]].concat(), b""));
    assert_snapshot!(seen(&[&compare[..], &["--differences", "http://other.example/"]].concat(), b""));
}

#[test]
fn configurations_are_shown_as_the_proxy_gets_them() {
    assert_snapshot!(seen(&["view", "-qf", ARTICLE, "-c", "traefik"], b""));
    let unclassed =
        ["view", "-qf", ARTICLE, "-c", "ingress-nginx", "--set", "watch-ingress-without-class=true"];
    assert_snapshot!(seen(&unclassed, b""));
    let today = ["--set", "version=1.15.1"];
    assert_snapshot!(seen(&[&unclassed[..], &today[..]].concat(), b""));
}

#[test]
fn charts_are_written_for_others_to_draw() {
    assert_snapshot!(seen(&["chart", "-qf", ARTICLE], b""));
    assert_snapshot!(seen(&["chart", "-qf", ARTICLE, "-c", "ingress-nginx", "--format", "mermaid"], b""));
}

#[test]
fn a_chart_shows_what_the_cloud_puts_before_the_cluster() {
    let with = |cloud: &str| run(&["chart", "-qf", ARTICLE, "--cloud", cloud], b"");
    let (code, openstack, _) = with("openstack");
    assert_eq!(code, 0);
    assert!(openstack.contains("floating IP") && openstack.contains("label=\"nodes"), "{openstack}");
    // Its targets are the pods: no node is passed.
    let (code, to_pods, _) = with("aws-nlb-ip");
    assert_eq!(code, 0);
    assert!(!to_pods.contains("floating IP") && !to_pods.contains("label=\"nodes"), "{to_pods}");
    let (code, _, stderr) = with("nimbus");
    assert_eq!(code, 2);
    assert!(stderr.contains("nimbus") && stderr.contains("aws-nlb-ip"), "{stderr}");
}

#[test]
fn what_keeps_it_from_answering() {
    for (name, args, input) in [
        ("unknown_setting", &["route", "-f", "-", "--set", "clas=x", "http://h/"][..], &b"kind: A"[..]),
        ("no_such_file", &["route", "-f", "tests/nope.yaml", "http://h/"], b""),
        ("folder_without_manifests", &["route", "-f", "src", "http://h/"], b""),
        ("standard_input_twice", &["route", "-f", "-", "--requests", "-"], b""),
        ("no_text", &["route", "-f", "-", "http://h/"], b"\xff"),
        ("no_object", &["route", "-f", "-", "http://h/"], b"# helm failed\n"),
        ("no_configuration", &["view", "-f", ARTICLE, "-c", "kubernetes"], b""),
        ("one_controller", &["compare", "-f", ARTICLE, "-c", "traefik", "http://h/"], b""),
        ("one_label_twice", &["compare", "-f", ARTICLE, "-c", "traefik", "-c", "traefik", "http://h/"], b""),
        (
            "a_setting_of_nobody",
            &["compare", "-f", ARTICLE, "-c", "traefik", "-c", "kubernetes", "--set", "a=b", "http://h/"],
            b"",
        ),
        (
            "a_bad_value",
            &["route", "-f", "-", "-c", "traefik", "--set", "allowEmptyServices=maybe", "h"],
            b"kind: A",
        ),
        ("no_request", &["route", "-f", ARTICLE], b""),
        ("no_manifest", &["route", "http://h/"], b""),
    ] {
        assert_snapshot!(name, seen(args, input));
    }
}

#[test]
fn an_unknown_controller_is_answered_with_the_known_ones() {
    let (code, stdout, stderr) = run(&["route", "-f", "-", "-c", "ngnix", "http://h/"], b"kind: A");
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.starts_with("error: there is no controller \"ngnix\"; known are: kubernetes"), "{stderr}");
}

/// A folder of its own for a test.
fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("portolan-{name}-{}", std::process::id()));
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
        std::fs::write(path, bytes).expect("written");
    }
    folder
}

#[test]
fn folders_are_read_whole_and_in_order_and_bad_files_cost_only_themselves() {
    let ingress = |host: &str| {
        format!(
            "{{\"apiVersion\":\"networking.k8s.io/v1\",\"kind\":\"Ingress\",\"metadata\":{{\"name\":\"{host}\"}},\
             \"spec\":{{\"rules\":[{{\"host\":\"{host}\",\"http\":{{\"paths\":[{{\"path\":\"/\",\"pathType\":\
             \"Prefix\",\"backend\":{{\"service\":{{\"name\":\"s\",\"port\":{{\"number\":80}}}}}}}}]}}}}]}}}}"
        )
    };
    let service = "kind: Service\napiVersion: v1\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n";
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(ingress("b.example").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let folder = folder(
        "files",
        &[
            ("c/d.json", ingress("c.example").as_bytes()),
            ("a.yml", ingress("a.example").as_bytes()),
            ("b.YAML", &utf16),
            ("bad.yaml", b"kind: \xff"),
            ("service.yaml", service.as_bytes()),
            ("notes.txt", b"kind: : :"),
        ],
    );
    let path = folder.to_str().expect("UTF-8");
    let (code, stdout, stderr) =
        run(&["route", "-f", path, "-o", "jsonl", "a.example", "b.example", "c.example"], b"");
    assert_eq!(code, 0);
    let files: Vec<_> = stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|answer| answer["rule"]["span"]["file"].as_str().expect("a rule").replace(path, ""))
        .collect();
    assert_eq!(files, ["/a.yml", "/b.YAML", "/c/d.json"]);
    assert!(stderr.contains("bad.yaml is left out: it is not UTF-8 text (line 1, byte 6)"), "{stderr}");
    assert!(!stderr.contains("notes.txt"), "{stderr}");
    std::fs::remove_dir_all(folder).expect("cleaned up");
}

#[test]
fn colours_only_where_they_are_wanted() {
    let coloured = |args: &[&str], no_color: bool| {
        let mut command = command(&[&["route", "-f", ARTICLE, "http://foo.bar.com/foo"], args].concat());
        command.env_remove("NO_COLOR");
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let output = command.output().expect("runs");
        (output.stdout.contains(&0x1b), output.stderr.contains(&0x1b))
    };
    assert_eq!(coloured(&[], false), (false, false), "a pipe is no terminal");
    assert_eq!(coloured(&["--color", "always"], false), (true, true));
    assert_eq!(coloured(&["--color", "always"], true), (true, true), "the option is the stronger wish");
    assert_eq!(coloured(&["--color", "never"], false), (false, false));
}

#[test]
fn many_problems_are_cut_short_unless_asked_for() {
    let manifest = "kind: : broken\n---\n".repeat(30);
    let args = ["route", "-f", "-", "http://h/"];
    let count = |more: &[&str]| {
        let (_, _, stderr) = run(&[&args, more].concat(), manifest.as_bytes());
        (stderr.matches("\nerror[").count() + usize::from(stderr.starts_with("error[")), stderr)
    };
    let (short, stderr) = count(&[]);
    assert!(short <= 20 && stderr.contains("more; --all-problems prints them all"), "{stderr}");
    assert!(count(&["--all-problems"]).0 >= 30);
    assert_eq!(count(&["--quiet"]).0, 0);
}

/// Names in manifests reach the terminal as text, never as commands to it.
#[test]
fn control_characters_never_reach_the_terminal() {
    let manifest = "kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata: {name: \"a\\e[31mb\"}\n\
                    spec:\n  defaultBackend: {service: {name: \"s\\a\", port: {number: 80}}}\n";
    let (_, stdout, stderr) =
        run(&["route", "-f", "-", "--explain", "--color", "never", "http://h/"], manifest.as_bytes());
    let control = |text: &str| text.contains(|c: char| c.is_control() && c != '\n');
    assert!(!control(&stdout) && !control(&stderr), "{stdout:?} {stderr:?}");
}

#[test]
fn help_documents_the_exit_codes() {
    let (code, stdout, _) = run(&["route", "--help"], b"");
    assert_eq!(code, 0);
    for part in ["Exit codes:", "--requests", "--set", "--explain"] {
        assert!(stdout.contains(part), "{part}");
    }
    let (code, stdout, _) = run(&["--version"], b"");
    assert_eq!((code, stdout), (0, format!("portolan {}\n", env!("CARGO_PKG_VERSION"))));
}
