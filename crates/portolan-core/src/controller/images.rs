//! Which controller a container image is.

/// Parts of the image names that ingress controllers are published under, by controller.
const IMAGES: &[(&str, &str)] = &[
    ("ingress-nginx", "nginx-ingress-controller"),
    ("ingress-nginx", "ingress-nginx/controller"),
    ("traefik", "traefik"),
    ("haproxy-ingress", "haproxy-ingress"),
    ("haproxy", "haproxytech/kubernetes-ingress"),
    ("contour", "contour"),
    ("kong", "kong/kubernetes-ingress-controller"),
    ("nginx-inc", "nginx/nginx-ingress"),
];

/// The name of the controller that an image carries, also of one that Portolan does not answer as.
pub fn of_image(image: &str) -> Option<&'static str> {
    IMAGES.iter().find(|(_, part)| image.contains(part)).map(|(name, _)| *name)
}

/// The version in an image's tag: `registry/name:v1.15.1@sha256:…` is `1.15.1`. What a builder put
/// before and behind it is left out, but a beta is part of it: `0.9.0-beta.15`.
pub(super) fn version(image: &str) -> Option<&str> {
    let name = image.split('@').next()?.rsplit('/').next()?;
    let (_, tag) = name.split_once(':')?;
    // `nginx-0.30.0` and `controller-v1.2.0` were tags, too.
    let tag = tag.strip_prefix("nginx-").or_else(|| tag.strip_prefix("controller-")).unwrap_or(tag);
    let tag = tag.trim_start_matches(['v', 'V']);
    let end = tag.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(tag.len());
    let numbers = tag.get(..end).filter(|t| t.contains('.') && !t.starts_with('.') && !t.ends_with('.'))?;
    const BETA: &str = "-beta.";
    let beta = tag.get(end..).and_then(|rest| rest.strip_prefix(BETA)).unwrap_or_default();
    let digits = beta.find(|c: char| !c.is_ascii_digit()).unwrap_or(beta.len());
    if digits == 0 { Some(numbers) } else { tag.get(..end + BETA.len() + digits) }
}

#[cfg(test)]
mod tests {
    use super::{of_image, version};

    #[test]
    fn versions_are_read_from_tags() {
        for (image, expected) in [
            ("gcr.io/google_containers/nginx-ingress-controller:0.8.3", Some("0.8.3")),
            ("gcr.io/google_containers/nginx-ingress-controller:0.9.0-beta.15", Some("0.9.0-beta.15")),
            (
                "gcr.io/google_containers/nginx-ingress-controller-arm:0.9.0-beta.15@sha256:ab",
                Some("0.9.0-beta.15"),
            ),
            ("registry.k8s.io/ingress-nginx/controller:v1.15.1@sha256:ab", Some("1.15.1")),
            ("localhost:5000/ingress-nginx/controller:v1.12-chroot", Some("1.12")),
            ("bitnami/nginx-ingress-controller:1.11.2-debian-12-r5", Some("1.11.2")),
            ("rancher/nginx-ingress-controller:nginx-1.9.6-rancher1", Some("1.9.6")),
            ("x/nginx-ingress-controller:0.9.0-beta.", Some("0.9.0")),
            ("localhost:5000/ingress-nginx/controller", None),
            ("ingress-nginx/controller@sha256:ab", None),
            ("ingress-nginx/controller:latest", None),
            ("ingress-nginx/controller:v1", None),
            ("ingress-nginx/controller:", None),
            ("ingress-nginx/controller:1.", None),
            ("ingress-nginx/controller:é", None),
        ] {
            assert_eq!(version(image), expected, "{image}");
        }
    }

    #[test]
    fn images_name_controllers() {
        assert_eq!(of_image("registry.k8s.io/ingress-nginx/controller:v1.15.1"), Some("ingress-nginx"));
        assert_eq!(of_image("docker.io/library/traefik:v3.7"), Some("traefik"));
        assert_eq!(of_image("nginx:1.27"), None);
    }
}
