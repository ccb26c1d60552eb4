//! Row ids of links.

store::ids! {
    /// The link of one person with one provider.
    LinkId,
}
