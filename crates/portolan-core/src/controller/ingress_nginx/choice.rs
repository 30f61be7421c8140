//! Which version answers: the one that somebody set, else that of the image which the manifests run,
//! else the latest.

use super::version::{LATEST, Version};
use crate::cluster::Container;
use crate::controller::{Settings, images};
use crate::problem::{Code, Problem, Severity};
use crate::span::Span;

/// The manifests say which version answers, or name an image from which that cannot be read.
const IMAGE: Code = Code("PT0403");

/// A version, and who chose it.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub version: Version,
    by: By,
}

#[derive(Debug, Clone)]
enum By {
    Nobody,
    Setting,
    /// The image of the controller's container.
    Image {
        image: String,
        container: Span,
    },
    /// There is one, but it does not say.
    SilentImage {
        image: String,
        container: Span,
    },
}

impl Choice {
    pub(super) fn read(settings: &Settings, container: Option<&Container>) -> Choice {
        if let Some(version) = settings.get("version").and_then(Version::parse) {
            return Choice { version, by: By::Setting };
        }
        let Some((container, image)) = container.and_then(|c| Some((c.span, c.image.clone()?))) else {
            return Choice { version: LATEST, by: By::Nobody };
        };
        match images::version(&image).and_then(Version::parse) {
            Some(version) => Choice { version, by: By::Image { image, container } },
            None => Choice { version: LATEST, by: By::SilentImage { image, container } },
        }
    }

    /// The version, where somebody chose it.
    pub(super) fn chosen(&self) -> Option<String> {
        matches!(self.by, By::Setting | By::Image { .. }).then(|| self.version.to_string())
    }

    /// What is said of an image.
    pub(super) fn problem(&self) -> Option<Problem> {
        match &self.by {
            By::Nobody | By::Setting => None,
            By::Image { image, container } => {
                let message =
                    format!("the answers are those of ingress-nginx {}: {image} runs", self.version);
                let help = "the setting version answers as another one";
                Some(Problem::new(IMAGE, Severity::Info, *container, message).help(help))
            }
            By::SilentImage { image, container } => {
                let message = format!(
                    "the answers are those of ingress-nginx {LATEST}: {image} does not say which version it is, or one that is not known"
                );
                let help = "the setting version says which one it is";
                Some(Problem::new(IMAGE, Severity::Warning, *container, message).help(help))
            }
        }
    }
}
