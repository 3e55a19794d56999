//! Cookies of the system behind as a browser keeps them for our host.
//!
//! `Domain` goes: the cookie belongs to our host alone. Where the upstream stands under a base path, the same pages are
//! reached with it and without, so its own `Path` becomes `/`, and a deeper one is written both ways. On plain http (loopback only) a browser refuses `Secure`,
//! `SameSite=None` and names that begin with `__Host-` or `__Secure-`: the attributes go and the names are written otherwise,
//! and read back on the way in. Attributes that browsers do not know go too.

use super::home::Home;
use super::layers::encode_into;
use super::target::decode;
use crate::redact::format;
use crate::redact::inspect::Inspector;
use crate::redact::label::normalise;
use crate::redact::place::{Place, Surface};
use crate::redact::withheld::Withheld;

/// Prefixes that a browser takes only over https, and how they are written over http.
const PREFIXES: [(&str, &str); 2] = [("__Host-", "fanlight-host-"), ("__Secure-", "fanlight-secure-")];

/// A `name=value` of a `Cookie` header, under the name that the system behind gave it.
pub(super) fn to_upstream(pair: &str) -> String {
    let found = PREFIXES.iter().find_map(|(theirs, ours)| Some(format!("{theirs}{}", pair.strip_prefix(ours)?)));
    found.unwrap_or_else(|| pair.to_owned())
}

fn to_viewer(name: &str, secure: bool) -> String {
    let begins = |with: &str| name.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    let found = PREFIXES.iter().find(|(theirs, _)| !secure && begins(theirs));
    found.map_or_else(
        || name.to_owned(),
        |(theirs, ours)| format!("{ours}{}", name.get(theirs.len()..).unwrap_or_default()),
    )
}

/// A `Set-Cookie` for the viewer: none when it is not one, two when its path is deep under a base path.
///
/// # Errors
/// A rule withholds its value.
pub(super) fn set(text: &str, home: &Home, ins: &mut Inspector) -> Result<Vec<String>, Withheld> {
    let mut parts = text.split(';');
    let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return Ok(Vec::new()) };
    let (mut paths, mut rest) = (Vec::new(), String::new());
    let name = name.trim();
    let mut out = to_viewer(name, home.is_secure());
    out.push('=');
    out.push_str(&value_of(name, value.trim(), home, ins)?);
    for part in parts {
        let (word, value) = part.split_once('=').map_or((part.trim(), None), |(w, v)| (w.trim(), Some(v.trim())));
        let word = word.to_ascii_lowercase();
        let kept = match (word.as_str(), value) {
            ("secure", None) if home.is_secure() => "Secure".to_owned(),
            ("partitioned", None) if home.is_secure() => "Partitioned".to_owned(),
            ("httponly", None) => "HttpOnly".to_owned(),
            ("path", Some(value)) if value.starts_with('/') => {
                paths = self::paths(value, home, ins)?;
                continue;
            }
            ("samesite", Some(value)) if !home.is_secure() && value.eq_ignore_ascii_case("none") => {
                "SameSite=Lax".to_owned()
            }
            ("samesite", Some(value)) => format!("SameSite={value}"),
            ("expires", Some(value)) => format!("Expires={value}"),
            ("max-age", Some(value)) => format!("Max-Age={value}"),
            _ => continue,
        };
        rest.push_str("; ");
        rest.push_str(&kept);
    }
    if paths.is_empty() {
        return Ok(vec![out + &rest]);
    }
    Ok(paths.into_iter().map(|path| format!("{out}; Path={path}{rest}")).collect())
}

/// The pages of `/app/portal` are reached at `/portal`, too.
fn paths(value: &str, home: &Home, ins: &mut Inspector) -> Result<Vec<String>, Withheld> {
    let below = home.below(value);
    let all = if below == "/" {
        vec![below]
    } else if below == value {
        vec![value]
    } else {
        vec![value, below]
    };
    all.into_iter().map(|path| Ok(format::url::redact(ins, path)?.unwrap_or_else(|| path.to_owned()))).collect()
}

/// The value through its field rule or the engine.
fn value_of(name: &str, value: &str, home: &Home, ins: &mut Inspector) -> Result<String, Withheld> {
    let homed = home.to_viewer(value);
    let value = homed.as_deref().unwrap_or(value);
    let rule = ins.plan().fields.cookies.get(name).and_then(|rules| ins.pick(rules));
    let label = normalise(name);
    // A program reads a cookie and sends it back, so what stands in it must be reversible: as in a link.
    let place = Place { whence: "set-cookie", ..Place::on(Surface::Url) }.labelled(&label).with_field(rule);
    let decoded = decode(value).filter(|d| *d != value);
    Ok(match decoded {
        // Escaped values are looked at as they read, and stay escaped where nothing was found.
        Some(decoded) => match ins.redact(&decoded, &place)? {
            Some(changed) => {
                let mut escaped = String::new();
                encode_into(&changed, &mut escaped);
                escaped
            }
            None => value.to_owned(),
        },
        None => ins.redact(value, &place)?.unwrap_or_else(|| value.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_need_https_are_written_otherwise_over_http() {
        for name in ["__Host-sid", "__Secure-sid", "sid", "__host-sid"] {
            assert_eq!(to_viewer(name, true), name);
            let back = to_upstream(&format!("{}=x", to_viewer(name, false)));
            assert!(back.eq_ignore_ascii_case(&format!("{name}=x")), "{back}");
        }
        assert_eq!(to_viewer("__Host-sid", false), "fanlight-host-sid");
        assert_eq!(to_upstream("fanlight-hos=x"), "fanlight-hos=x");
    }
}
