//! Requests as people write them down.

use portolan_core::routing::{Parsed, Request, RequestError, RequestErrorKind as Kind, Scheme};
use proptest::prelude::*;
use serde::Deserialize;

fn parse(text: &str) -> Parsed {
    Request::parse(text).unwrap_or_else(|e| panic!("{text:?}: {e} at {}..{}", e.start, e.end))
}

fn fails(text: &str) -> RequestError {
    match Request::parse(text) {
        Ok(parsed) => panic!("{text:?} is read as {:?}", parsed.request),
        Err(error) => error,
    }
}

/// Kind of the error, and the part of the text that it points at.
fn fault(text: &str) -> (Kind, &str) {
    let error = fails(text);
    assert!(error.help().is_some(), "{text:?}: every error offers a way out");
    (error.kind, &text[error.start..error.end])
}

/// Method, host, connection port, target.
fn wire(text: &str) -> (String, String, u16, String) {
    let request = parse(text).request;
    (request.method.clone(), request.host.clone(), request.connection_port(), request.target)
}

fn sent(method: &str, host: &str, port: u16, target: &str) -> (String, String, u16, String) {
    (method.to_owned(), host.to_owned(), port, target.to_owned())
}

fn noted(text: &str, part: &str) {
    let notes = parse(text).notes;
    assert!(notes.iter().any(|n| n.contains(part)), "{text:?} should note {part:?}: {notes:?}");
}

mod urls {
    use super::*;

    #[test]
    fn parts_of_a_url() {
        for (text, expected) in [
            ("http://foo.bar.com/foo", sent("GET", "foo.bar.com", 80, "/foo")),
            ("https://foo.bar.com", sent("GET", "foo.bar.com", 443, "/")),
            ("HTTPS://Foo.Bar.com/", sent("GET", "Foo.Bar.com", 443, "/")),
            ("http://foo.bar.com:8080/x", sent("GET", "foo.bar.com:8080", 8080, "/x")),
            ("http://foo.bar.com:80/", sent("GET", "foo.bar.com", 80, "/")),
            ("https://foo.bar.com:443/", sent("GET", "foo.bar.com", 443, "/")),
            ("https://foo.bar.com:80/", sent("GET", "foo.bar.com:80", 80, "/")),
            ("http://foo.bar.com:/x", sent("GET", "foo.bar.com", 80, "/x")),
            ("http://foo.bar.com?x=1", sent("GET", "foo.bar.com", 80, "/?x=1")),
            ("http://[2001:db8::1]:8080/x", sent("GET", "[2001:db8::1]:8080", 8080, "/x")),
            ("http://[::1]", sent("GET", "[::1]", 80, "/")),
            ("http://10.0.0.1/", sent("GET", "10.0.0.1", 80, "/")),
            ("http://a_b.c./", sent("GET", "a_b.c.", 80, "/")),
            ("  http://foo.bar.com/foo \n", sent("GET", "foo.bar.com", 80, "/foo")),
            ("\u{feff}http://foo.bar.com/foo", sent("GET", "foo.bar.com", 80, "/foo")),
        ] {
            assert_eq!(wire(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_target_stays_byte_for_byte() {
        for target in [
            "//a//b",
            "/%2F%2f%zz%",
            "/a/../b/./c",
            "/a;b=c,d",
            "/?",
            "/??a?b",
            "/a?b=/../c",
            "/\"<>^`{}|\\",
            "/[1-3]{a,b}",
            "/@:",
            "/a:b@c",
        ] {
            assert_eq!(parse(&format!("http://h.com{target}")).request.target, target);
        }
    }

    #[test]
    fn what_is_assumed_or_not_sent_is_noted() {
        assert_eq!(wire("foo.bar.com:8080/x"), sent("GET", "foo.bar.com:8080", 8080, "/x"));
        noted("foo.bar.com", "no scheme: taken as http");
        noted("//foo.bar.com/x", "no scheme");
        assert_eq!(parse("http://h.com/a#b?c").request.target, "/a");
        noted("http://h.com/a#b?c", "#b?c");
        noted("http://h.com/a/../b", "as written");
        assert!(parse("http://h.com/a..b/...").notes.is_empty());
        assert_eq!(parse("http://h.com/ä?ö").request.target, "/%C3%A4?%C3%B6");
        noted("http://h.com/ä", "percent-encoded");
        assert_eq!(parse("http://Bücher.example/").request.host, "xn--bcher-kva.example");
        noted("http://bücher.example/", "xn--bcher-kva.example");
        assert_eq!(parse("http://[fe80::1%25eth0]/").request.host, "[fe80::1]");
        assert!(parse("http://foo.bar.com/foo?x=1").notes.is_empty());
    }

    #[test]
    fn a_user_becomes_authorization() {
        let parsed = parse("http://us%40er:p@ss@h.com:81/x");
        assert_eq!(parsed.request.host, "h.com:81");
        assert_eq!(parsed.request.header("authorization"), Some("Basic dXNAZXI6cEBzcw=="));
        noted("http://u@h.com/", "Authorization");
        let own = parse("http://u:p@h.com/\nAuthorization: Bearer t").request;
        assert_eq!(own.headers, [("Authorization".to_owned(), "Bearer t".to_owned())]);
    }

    #[test]
    fn websockets_are_upgrades() {
        let request = parse("wss://h.com/socket").request;
        assert_eq!((request.scheme, request.header("upgrade")), (Scheme::Https, Some("websocket")));
        noted("ws://h.com/", "WebSocket");
    }

    #[test]
    fn errors_point_at_what_is_wrong() {
        for (text, kind, part) in [
            ("", Kind::Empty, ""),
            (" \n\t", Kind::Empty, " \n\t"),
            ("http://h.com/a b", Kind::Unsendable(' '), " "),
            ("http://h.com/a\tb", Kind::Unsendable('\t'), "\t"),
            ("http://h.com/a\u{7f}", Kind::Unsendable('\u{7f}'), "\u{7f}"),
            ("ftp://h.com/", Kind::Scheme("ftp".into()), "ftp"),
            ("http:/h.com/", Kind::Slashes, "http:"),
            ("https:h.com", Kind::Slashes, "https:"),
            ("http:///x", Kind::MissingHost("/x".into()), ""),
            ("http://:80/x", Kind::MissingHost("/".into()), ""),
            ("/foo", Kind::MissingHost("/foo".into()), "/foo"),
            ("http://h.com:http/", Kind::Port("http".into()), "http"),
            ("http://h.com:0/", Kind::Port("0".into()), "0"),
            ("http://h.com:65536/", Kind::Port("65536".into()), "65536"),
            ("http://h.com:+80/", Kind::Port("+80".into()), "+80"),
            ("http://[::1]x/", Kind::Port("x".into()), "x"),
            ("http://*.h.com/", Kind::WildcardHost(".h.com".into()), "*.h.com"),
            ("http://{{host}}/", Kind::HostCharacter('{'), "{"),
            ("http://h%2Ecom/", Kind::HostCharacter('%'), "%"),
            ("http://h.com\\x/", Kind::HostCharacter('\\'), "\\"),
            ("http://::1/", Kind::BareAddress("::1".into()), "::1"),
            ("http://[::g]/", Kind::Address("::g".into()), "::g"),
            ("http://[::1/", Kind::Unclosed('['), "["),
            ("http://u@/", Kind::MissingHost("/".into()), ""),
        ] {
            assert_eq!(fault(text), (kind, part), "{text:?}");
        }
        assert_eq!(fails("http://h.com/a b").help().as_deref(), Some("write it as %20"));
    }
}

mod messages {
    use super::*;

    #[test]
    fn a_method_before_the_url() {
        assert_eq!(wire("POST https://h.com/x"), sent("POST", "h.com", 443, "/x"));
        assert_eq!(wire("PROPFIND h.com/x"), sent("PROPFIND", "h.com", 80, "/x"));
        assert_eq!(wire("delete h.com/x"), sent("DELETE", "h.com", 80, "/x"));
        noted("delete h.com/x", "upper-case");
        assert_eq!(fault("foo http://h.com/"), (Kind::Unsendable(' '), " "));
        assert_eq!(fault("GET http://h.com/a b"), (Kind::Unsendable(' '), " "));
    }

    #[test]
    fn headers_below_the_url() {
        let request =
            parse("GET https://10.0.0.1:8443/x\nHost: foo.bar.com\n X-A:  b c  \r\nCookie: a=b").request;
        assert_eq!((request.host.as_str(), request.port), ("foo.bar.com", Some(8443)));
        assert_eq!(request.sni.as_deref(), Some("10.0.0.1"), "TLS names what the URL names");
        assert_eq!(request.header("x-a"), Some("b c"));
        assert_eq!(request.cookie("a"), Some("b"));
        assert_eq!(parse("https://h.com/\nHost: H.com:443").request.sni, None);
        noted("http://h.com/\nHost: a\nHost: b", "several Host headers");
    }

    #[test]
    fn a_request_as_it_is_on_the_wire() {
        let text = "POST /foo#x?y HTTP/1.1\r\nHost: foo.bar.com:8080\r\nX-A: b\r\n\r\nthe: body\r\n";
        assert_eq!(wire(text), sent("POST", "foo.bar.com:8080", 8080, "/foo#x?y"));
        noted(text, "body");
        noted(text, "taken as http");
        assert_eq!(wire("GET /x\nhost: h.com:443"), sent("GET", "h.com:443", 443, "/x"));
        assert_eq!(wire("/x\nHost: h.com"), sent("GET", "h.com", 80, "/x"));
        assert_eq!(wire("OPTIONS * HTTP/1.1\nHost: h.com"), sent("OPTIONS", "h.com", 80, "*"));
        assert_eq!(wire("GET http://a.com/x HTTP/1.1\nHost: b.com").3, "http://a.com/x");
        assert_eq!(
            wire("> GET /x HTTP/1.1\n> Host: h.com\n> Accept: */*\n>"),
            sent("GET", "h.com", 80, "/x")
        );
        assert_eq!(fault("GET /foo HTTP/1.1\nX-A: b"), (Kind::MissingHost("/foo".into()), "/foo"));
    }

    #[test]
    fn lines_that_are_no_headers() {
        assert_eq!(fault("http://h.com/\nnonsense"), (Kind::Header("nonsense".into()), "nonsense"));
        assert_eq!(fault("http://h.com/\nX A: b"), (Kind::Header("X A: b".into()), "X A: b"));
        assert_eq!(fault("http://h.com/\nX-A: b\u{1b}c"), (Kind::HeaderCharacter('\u{1b}'), "\u{1b}"));
        assert_eq!(fault("http://h.com/\nhttp://h.com/b").0, Kind::SecondRequest);
        assert_eq!(fault("http://h.com/\nGET http://h.com/b").0, Kind::SecondRequest);
        assert_eq!(parse("http://h.com/\nReferer: http://h.com/b").request.headers.len(), 1);
    }
}

mod curl {
    use super::*;

    #[derive(Deserialize)]
    struct Observed {
        observations: Vec<Observation>,
    }

    #[derive(Deserialize)]
    struct Observation {
        command: String,
        sent: Option<Sent>,
    }

    #[derive(Deserialize, Debug, PartialEq)]
    struct Sent {
        method: String,
        target: String,
        host: String,
        headers: Vec<(String, String)>,
    }

    /// `curl/observe.py` records what the real one sends.
    #[test]
    fn sends_what_curl_was_seen_to_send() {
        let observed: Observed =
            serde_json::from_str(include_str!("curl/observed.json")).expect("the recording is JSON");
        let mut wrong = Vec::new();
        for Observation { command, sent } in &observed.observations {
            let ours = Request::parse(command).ok().map(|parsed| {
                let lower = |(n, v): &(String, String)| (n.to_ascii_lowercase(), v.clone());
                let mut headers: Vec<_> = parsed.request.headers.iter().map(lower).collect();
                headers.retain(|(n, v)| !(n == "user-agent" && v.starts_with("curl/")));
                headers.sort();
                let Request { method, target, host, .. } = parsed.request;
                Sent { method, target, host, headers }
            });
            if ours != *sent {
                wrong.push(format!("{command}\n  curl: {sent:?}\n  ours: {ours:?}"));
            }
        }
        assert!(observed.observations.len() > 100);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn where_a_connection_goes_changes_no_name() {
        let text = "curl --connect-to foo.com:443:10.0.0.1:30443 https://foo.com/x";
        let request = parse(text).request;
        assert_eq!(
            (request.host.as_str(), request.sni.as_deref(), request.port),
            ("foo.com", None, Some(30443))
        );
        noted(text, "only says where to connect");
        assert_eq!(parse("curl --connect-to bar.com::10.0.0.1:81 http://foo.com/").request.port, None);
        assert_eq!(parse("curl --connect-to ::[::1]:81 http://foo.com/").request.port, Some(81));
        assert_eq!(parse("curl --resolve foo.com:443:10.0.0.1 https://foo.com/").request.host, "foo.com");
        noted("curl -x proxy:3128 http://foo.com/", "proxy:3128");
        noted("curl --unix-socket /run/x http://foo.com/", "/run/x");
        let request = parse("curl -k -H 'Host: foo.com' https://10.0.0.1/").request;
        assert_eq!((request.host.as_str(), request.sni.as_deref()), ("foo.com", Some("10.0.0.1")));
    }

    #[test]
    fn what_is_left_open_is_noted() {
        for (text, part) in [
            ("curl http://h.com/?a=1&b=2", "put the URL in quotes"),
            ("curl http://h.com/ | jq .", "not part of the curl command"),
            ("curl http://h.com/\ncurl http://h.com/b", "only the first command"),
            ("curl -H \"Authorization: $TOKEN\" http://h.com/", "$TOKEN is taken as written"),
            ("curl -H \"Authorization: $(cat 'x y')\" http://h.com/", "$(cat 'x y')"),
            ("curl -H `id` http://h.com/", "`id`"),
            ("curl h.com", "curl takes it as http"),
            ("curl http://h.com/a/../b", "curl resolves /a/../b to /b"),
            ("curl http://h.com/{a,b}", "the shell makes several words of {a,b}"),
            ("curl 'http://h.com/{a,b}'", "curl makes several URLs"),
            ("curl http://a.com http://b.com", "2 URLs"),
            ("curl -d x http://h.com/", "body is not kept"),
            ("curl -L http://h.com/", "redirects are not followed"),
            ("curl -b jar http://h.com/", "the file jar"),
            ("curl -K opts http://h.com/", "the file opts"),
            ("curl -u me http://h.com/", "password"),
            ("curl --ntlm -u me:x http://h.com/", "without Authorization"),
            ("curl -H nonsense http://h.com/", "does not send"),
            ("curl http://h.com/ --brand-new", "--brand-new is not a known option"),
            ("curl --brand-new -s http://h.com/", "--brand-new is not a known option"),
        ] {
            noted(text, part);
        }
        assert!(parse("curl -sSkv --http2 -o /dev/null http://h.com/").notes.is_empty());
    }

    #[test]
    fn a_prompt_and_a_path_may_stand_before_the_name() {
        for text in ["$ curl h.com/x", "/usr/bin/curl h.com/x", "curl.exe h.com/x", " curl h.com/x"] {
            assert_eq!(parse(text).request.target, "/x", "{text}");
        }
        assert_eq!(parse("curling.example/x").request.host, "curling.example");
    }

    #[test]
    fn lines_go_on_as_in_each_shell() {
        for text in ["curl h.com/x \\\n -XPUT", "curl h.com/x \\\r\n -XPUT", "curl h.com/x ^\r\n  -XPUT"] {
            assert_eq!(wire(text), sent("PUT", "h.com", 80, "/x"), "{text:?}");
        }
    }

    #[test]
    fn errors_point_into_the_command() {
        for (text, kind, part) in [
            ("curl", Kind::MissingUrl, ""),
            ("curl -s", Kind::MissingUrl, ""),
            ("curl -H", Kind::OptionValue("-H".into()), "-H"),
            ("curl h.com --header", Kind::OptionValue("--header".into()), "--header"),
            ("curl --brand-new x http://h.com/", Kind::UnknownOption("--brand-new".into()), "--brand-new"),
            ("curl --header=a h.com", Kind::UnknownOption("--header=a".into()), "--header=a"),
            ("curl -s\u{e9} h.com", Kind::UnknownOption("-é".into()), "é"),
            ("curl 'http://h.com", Kind::Unclosed('\''), "'"),
            ("curl \"http://h.com", Kind::Unclosed('"'), "\""),
            ("curl http://h.com/$(x", Kind::Unclosed('('), "$"),
            ("curl 'http://h.com/a b'", Kind::Unsendable(' '), " "),
            ("curl http://h\"{\"/", Kind::Glob, "{"),
            ("curl -g http://h\"<\"/", Kind::HostCharacter('<'), "<"),
            ("curl http://h.com/[a", Kind::Glob, "["),
            ("curl -I -d x http://h.com/", Kind::HeadWithBody, "http://h.com/"),
            ("curl -G -d 'a b' http://h.com/", Kind::Unsendable(' '), " "),
            ("curl --url-query '+a b' http://h.com/", Kind::Unsendable(' '), "+a b"),
            ("curl --request-target '/a b' http://h.com/", Kind::Unsendable(' '), " "),
            ("curl -X 'A B' http://h.com/", Kind::Method("A B".into()), "A B"),
            ("curl -H 'X A: b' http://h.com/", Kind::Header("X A: b".into()), "X A: b"),
            ("curl $'http://h.com/\\xff'", Kind::NotText, "http://h.com/\\xff'"),
            ("curl --proto-default ftp h.com", Kind::Scheme("ftp".into()), "ftp"),
        ] {
            assert_eq!(fault(text), (kind, part), "{text:?}");
        }
    }
}

mod json {
    use super::*;

    #[test]
    fn every_field_may_be_left_out() {
        let request: Request = serde_json::from_str("{}").expect("defaults");
        assert_eq!(request, Request::get("", "/"));
        let text = r#"{"method":"PUT","scheme":"https","host":"h.com:8443","port":8443,"sni":"s.com",
            "target":"/x","headers":{"a":"b","c":["d","e"]},"client_ip":"10.0.0.1","more":[1]}"#;
        let request: Request = serde_json::from_str(text).expect("all fields");
        assert_eq!(request.port, Some(8443));
        let headers: Vec<_> = request.headers.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(headers, ["a=b", "c=d", "c=e"]);
        let written = serde_json::to_string(&request).expect("writable");
        assert_eq!(serde_json::from_str::<Request>(&written).expect("its own form"), request);
    }

    #[test]
    fn wrong_types_are_told() {
        for (text, part) in [
            (r#"{"host":3}"#, "expected a string"),
            (r#"{"headers":{"a":1}}"#, "a header's value is a string"),
            (r#"{"scheme":"ftp"}"#, "expected `http` or `https`"),
            (r#"{"port":70000}"#, "expected u16"),
            (r#"{"client_ip":"x"}"#, "IP address"),
            ("[]", "expected"),
        ] {
            let error = serde_json::from_str::<Request>(text).expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}

/// Texts with what matters to the parsers in them.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("curl ".to_owned()),
        Just("http://".to_owned()),
        Just("https://h.com".to_owned()),
        Just("[::1]".to_owned()),
        Just("GET /x HTTP/1.1\r\n".to_owned()),
        Just("Host: a\n".to_owned()),
        Just(" -H 'A: b'".to_owned()),
        Just(" -sXPOST ".to_owned()),
        Just(" --data-urlencode ".to_owned()),
        Just("$(".to_owned()),
        Just("$'\\u00".to_owned()),
        Just("{a,".to_owned()),
        Just("[1-".to_owned()),
        "[-'\"\\\\$`{}\\[\\]()@:/?#&|;<>^%=* \n\t~.,0-9a-zA-Zäß。\u{1F600}\u{0}\u{feff}]{0,6}",
        "\\PC{0,3}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn nothing_panics_and_errors_stay_inside_the_text(text in pieces()) {
        match Request::parse(&text) {
            Ok(parsed) => {
                prop_assert!(!parsed.request.method.is_empty());
                prop_assert!(!parsed.request.target.is_empty());
            }
            Err(error) => {
                prop_assert!(text.get(error.start..error.end).is_some(), "{error:?}");
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn a_written_line_is_read_as_the_same_request(
        method in "GET|POST|PURGE",
        https: bool,
        host in "[a-z][a-z0-9-]{0,5}(\\.[a-z]{1,4}){0,2}|\\[::1\\]|10\\.0\\.0\\.1",
        port in proptest::option::of(1u16..),
        target in "/[!-\"$-~]{0,20}",
    ) {
        let scheme = if https { Scheme::Https } else { Scheme::Http };
        let port = port.filter(|&p| p != if https { 443 } else { 80 });
        let host = match port { Some(p) => format!("{host}:{p}"), None => host };
        let request = Request { method, scheme, port, ..Request::get(host, target) };
        prop_assert_eq!(parse(&request.line()).request, request);
    }
}
