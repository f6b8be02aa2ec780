//! Vitrine's server. A request can be followed by opening files in order: [`routes`] names the handler, the handler
//! lies in its domain's folder beside its SQL, its page and its tests.

pub mod accounts;
pub mod analytics;
pub mod app;
pub mod audit;
pub mod backup;
pub mod bundle;
pub mod categories;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod drafts;
pub mod error;
pub mod files;
pub mod health;
pub mod http;
pub mod idempotency;
pub mod ids;
pub mod jobs;
pub mod library;
pub mod mail;
pub mod openapi;
pub mod pages;
pub mod products;
pub mod routes;
pub mod seed;
pub mod shops;
pub mod statistics;
pub mod stores;
pub mod suppliers;
pub mod sweeper;
pub mod tables;
pub mod telemetry;
#[cfg(test)]
mod testing;
pub mod uploads;
pub mod webhooks;
