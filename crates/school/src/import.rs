//! Reading the school's lists from files (diary.md 7): see the submodules.
