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

/// Major and minor version in an image's tag: `registry/name:v1.15.1@sha256:…` is 1.15.
pub(super) fn version(image: &str) -> Option<(u32, u32)> {
    let name = image.split('@').next()?.rsplit('/').next()?;
    let (_, tag) = name.split_once(':')?;
    let mut numbers = tag.trim_start_matches(['v', 'V']).split(['.', '-', '_']).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::{of_image, version};

    #[test]
    fn versions_are_read_from_tags() {
        assert_eq!(version("gcr.io/google_containers/nginx-ingress-controller:0.8.3"), Some((0, 8)));
        assert_eq!(version("registry.k8s.io/ingress-nginx/controller:v1.15.1@sha256:ab"), Some((1, 15)));
        assert_eq!(version("localhost:5000/ingress-nginx/controller:v1.12-chroot"), Some((1, 12)));
        assert_eq!(version("localhost:5000/ingress-nginx/controller"), None);
        assert_eq!(version("ingress-nginx/controller:latest"), None);
    }

    #[test]
    fn images_name_controllers() {
        assert_eq!(of_image("registry.k8s.io/ingress-nginx/controller:v1.15.1"), Some("ingress-nginx"));
        assert_eq!(of_image("docker.io/library/traefik:v3.7"), Some("traefik"));
        assert_eq!(of_image("nginx:1.27"), None);
    }
}
