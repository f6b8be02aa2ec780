//! Who may do what: people with roles, programs with keys. [`gate`] stands in front of every address that is not public;
//! `routes/` names the right that each needs.

pub mod actor;
pub mod api_keys;
pub mod command_line;
#[cfg(test)]
mod foreign_tests;
pub mod forgot;
pub mod gate;
pub mod join;
pub mod keys;
pub mod links;
pub mod me;
pub mod new_password;
pub mod overview;
pub mod passkeys;
pub mod password;
pub mod people;
pub mod person;
pub mod resume;
pub mod rights;
#[cfg(test)]
mod rights_tests;
pub mod session;
pub mod sign_in;
pub mod sql;
pub mod start;
#[cfg(test)]
mod tests;
pub mod token;
#[cfg(test)]
mod walk;
