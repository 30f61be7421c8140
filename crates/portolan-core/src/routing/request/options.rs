//! The options of curl: which there are and which take a value.
//!
//! Source: `curl --help all` of curl 7.88.1, and the options that later versions (to 8.17)
//! added.

/// Long options that take a value.
const WITH_VALUE: &str = "
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config
    connect-timeout connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data
    data-ascii data-binary data-raw data-urlencode delegation dns-interface dns-ipv4-addr
    dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine etag-compare etag-save
    expect100-timeout form form-string ftp-account ftp-alternative-to-user ftp-method ftp-port
    ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header help hostpubmd5 hostpubsha256
    hsts interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key key-type knownhosts krb
    libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize
    max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir parallel-max
    parallel-max-host pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert
    proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key
    proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name
    proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey
    quote random-file range rate referer request request-target resolve retry retry-delay
    retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5
    socks5-gssapi-service socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize
    time-cond tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config
    unix-socket upload-file upload-flags url url-query user user-agent variable vlan-priority
    write-out
";

/// Long options that take none; `--no-` turns most of them off.
const FLAGS: &str = "
    alpn anyauth append basic buffer ca-native cert-status clobber compressed compressed-ssh
    create-dirs crlf digest disable disable-eprt disable-epsv disallow-username-in-url
    doh-cert-status doh-insecure dump-ca-embed fail fail-early fail-with-body false-start follow
    form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control get
    globoff haproxy-protocol head http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3
    http3-only ignore-content-length include insecure ipv4 ipv6 junk-session-cookies keepalive
    list-only location location-trusted mail-rcpt-allowfails manual metalink mptcp negotiate netrc
    netrc-optional next npn ntlm ntlm-wb out-null parallel parallel-immediate path-as-is post301
    post302 post303 progress-bar progress-meter proxy-anyauth proxy-basic proxy-ca-native
    proxy-digest proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast
    proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel raw remote-header-name remote-name
    remote-name-all remote-time remove-on-error retry-all-errors retry-connrefused sasl-ir sessionid
    show-error silent skip-existing socks5-basic socks5-gssapi socks5-gssapi-nec ssl ssl-allow-beast
    ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 sslv3 styled-output
    suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options tls-earlydata tlsv1 tlsv1.0
    tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids trace-time use-ascii verbose version xattr
";

/// Short options and the long ones that they stand for.
const SHORT: &str = "
    a=append E=cert K=config C=continue-at b=cookie c=cookie-jar d=data q=disable D=dump-header
    f=fail F=form P=ftp-port G=get g=globoff I=head H=header h=help 0=http1.0 i=include k=insecure
    4=ipv4 6=ipv6 j=junk-session-cookies l=list-only L=location M=manual m=max-time n=netrc
    N=buffer o=output Z=parallel #=progress-bar x=proxy U=proxy-user p=proxytunnel Q=quote
    r=range e=referer J=remote-header-name O=remote-name R=remote-time X=request S=show-error
    s=silent Y=speed-limit y=speed-time 2=sslv2 3=sslv3 t=telnet-option z=time-cond 1=tlsv1
    T=upload-file B=use-ascii u=user A=user-agent v=verbose V=version w=write-out :=next
";

/// An option that curl knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Its full long name, without dashes and without `no-`.
    pub(super) name: &'static str,
    /// Whether the next word is its value.
    pub(super) takes_value: bool,
    /// Whether it was turned off: `--no-…`.
    pub(super) off: bool,
}

/// The option with this long name, or with the only long name that begins so.
pub(super) fn long(name: &str) -> Option<Known> {
    // `--expand-NAME` is NAME with curl's own variables in its value.
    let name = name.strip_prefix("expand-").unwrap_or(name);
    exact(name, false).or_else(|| exact(name.strip_prefix("no-")?, true)).or_else(|| beginning(name))
}

/// The option with this letter.
pub(super) fn short(letter: char) -> Option<Known> {
    let pair = SHORT.split_ascii_whitespace().find(|pair| pair.starts_with(letter))?;
    exact(pair.get(2..)?, false)
}

fn exact(name: &str, off: bool) -> Option<Known> {
    let find = |list: &'static str| list.split_ascii_whitespace().find(|&n| n == name);
    let flag = find(FLAGS).map(|name| Known { name, takes_value: false, off });
    flag.or_else(|| {
        find(WITH_VALUE).filter(|_| !off).map(|name| Known { name, takes_value: true, off: false })
    })
}

fn beginning(name: &str) -> Option<Known> {
    let mut names = [WITH_VALUE, FLAGS]
        .into_iter()
        .flat_map(str::split_ascii_whitespace)
        .filter(|n| !name.is_empty() && n.starts_with(name));
    match (names.next(), names.next()) {
        (Some(only), None) => exact(only, false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_short_option_has_a_long_one() {
        for pair in SHORT.split_ascii_whitespace() {
            let letter = pair.chars().next().expect("a letter");
            assert!(short(letter).is_some(), "{pair}");
        }
    }

    #[test]
    fn names_are_found_whole_negated_and_shortened() {
        assert_eq!(long("header"), Some(Known { name: "header", takes_value: true, off: false }));
        assert_eq!(long("no-location"), Some(Known { name: "location", takes_value: false, off: true }));
        assert_eq!(long("insec").map(|k| k.name), Some("insecure"));
        assert_eq!(long("dat"), None, "data, data-raw …");
        assert_eq!(long("expand-url").map(|k| k.name), Some("url"));
        assert_eq!(long("no-header"), None);
        assert_eq!(long(""), None);
        assert_eq!(short('X').map(|k| k.name), Some("request"));
    }
}
