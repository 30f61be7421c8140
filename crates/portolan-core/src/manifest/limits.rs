//! How much a reading may take, so that hostile input costs little.

/// What a reading may take. Text past a limit becomes a problem; it is never read half in silence.
///
/// ```
/// let mut limits = portolan_core::manifest::Limits::default();
/// limits.max_bytes = 1 << 20;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Largest file, in bytes; a larger one is refused before it is looked at. 64 MiB.
    /// Values above 4 GiB mean 4 GiB.
    pub max_bytes: usize,
    /// Most values (mappings, sequences and scalars) in the whole reading. 5 million, which is
    /// about 64 MiB of ordinary manifests. They take some 500 MB of memory, three times that at
    /// worst.
    pub max_nodes: usize,
    /// Deepest nesting of mappings and sequences. 200; values above 500 mean 500, so that no
    /// walk over a tree can exhaust the stack.
    pub max_depth: usize,
    /// Most values that anchors and aliases may add by copying, in the whole reading. 500,000.
    pub max_alias_nodes: usize,
    /// Most problems that a reading reports; then it ends, and one more problem says so. 1,000.
    pub max_problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 64 << 20,
            max_nodes: 5_000_000,
            max_depth: 200,
            max_alias_nodes: 500_000,
            max_problems: 1_000,
        }
    }
}

impl Limits {
    /// The largest file in effect.
    pub(super) fn bytes(&self) -> usize {
        self.max_bytes.min(u32::MAX as usize)
    }

    /// The deepest nesting in effect.
    pub(super) fn depth(&self) -> usize {
        self.max_depth.min(500)
    }
}
