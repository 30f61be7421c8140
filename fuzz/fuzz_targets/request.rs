//! Any text is a request or an error that points into the text, and a request's own line is read as
//! that request.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portolan_core::routing::Request;

fuzz_target!(|text: &str| {
    match Request::parse(text) {
        Ok(parsed) => {
            let written = Request { headers: Vec::new(), sni: None, ..parsed.request };
            let line = written.line();
            // What only a request on the wire or an option of curl can say is not in the line, and a
            // Host header may hold what no URL can.
            let plain = written.target.starts_with('/')
                && !written.target.contains('#')
                && written.target.is_ascii()
                && !written.host.contains(['/', '?', '#', '@']);
            if let (true, Ok(again)) = (plain, Request::parse(&line)) {
                assert_eq!(again.request.target, written.target, "{line}");
                assert_eq!(again.request.scheme, written.scheme, "{line}");
            }
        }
        Err(error) => {
            assert!(text.get(error.start..error.end).is_some(), "{error:?}");
            assert!(!error.to_string().is_empty());
            let _ = error.help();
        }
    }
});
