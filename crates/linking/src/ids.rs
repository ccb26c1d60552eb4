//! Row ids of links.

store::ids! {
    /// The link of one person with one provider.
    LinkId,
    /// A change of an educational profile that the school was asked about.
    ChangeId,
}
