//! What routes forward to, each once.

use crate::routing::{Backend, BackendId};
use std::collections::HashMap;

/// The backends of a table under way.
#[derive(Default)]
pub(super) struct Backends {
    list: Vec<Backend>,
    ids: HashMap<(String, Option<u16>, bool), BackendId>,
}

impl Backends {
    /// The id of a backend. One of the same Service and port, reached in the same way, is the same; the
    /// first says what is known of it.
    pub(super) fn id(&mut self, backend: Backend) -> BackendId {
        let next = BackendId(self.list.len() as u32);
        *self.ids.entry((backend.service.clone(), backend.port, backend.by_address)).or_insert_with(|| {
            self.list.push(backend);
            next
        })
    }

    /// The backend of an id that this list gave.
    pub(super) fn get(&self, id: BackendId) -> Option<&Backend> {
        self.list.get(id.0 as usize)
    }

    /// The backends, by id.
    pub(super) fn into_list(self) -> Vec<Backend> {
        self.list
    }
}
