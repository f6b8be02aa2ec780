//! Which mails there are. What is written down of one until it is sent holds neither a token nor an address.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A mail that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case", deny_unknown_fields)]
pub enum Letter {
    /// A link to a new password, for whoever says that they forgot theirs.
    Reset {
        /// Whose; nobody's where no account has the address that was typed: then nothing is sent.
        account: Option<Uuid>,
        /// When it was asked for.
        asked_us: i64,
    },
    /// A link into an organisation.
    Invitation {
        /// The link.
        link: Uuid,
        /// The language of whoever invites, until the invited one has chosen their own.
        language: String,
    },
    /// Something that the owner of an account must hear of.
    Notice {
        /// Whose account.
        account: Uuid,
        /// What happened.
        notice: Notice,
        /// When.
        at_us: i64,
    },
}

impl Letter {
    /// What log lines and metrics call it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Reset { .. } => "reset",
            Self::Invitation { .. } => "invitation",
            Self::Notice { notice, .. } => notice.name(),
        }
    }
}

/// What happened to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Notice {
    /// It has a new password.
    PasswordChanged,
    /// Somebody made a link to a new password.
    PasswordLink {
        /// Who; empty for the command line.
        by: String,
    },
    /// It has another passkey.
    PasskeyAdded {
        /// What it is called.
        name: String,
    },
    /// A passkey is gone.
    PasskeyRemoved {
        /// What it was called.
        name: String,
    },
    /// It may do other things than before.
    RoleChanged {
        /// The role's name.
        role: String,
    },
    /// It is no member any more.
    Removed,
    /// It owns an organisation whose webhook was switched off because nobody took it.
    WebhookOff {
        /// What the endpoint is called.
        name: String,
        /// The endpoint.
        endpoint: Uuid,
    },
}

impl Notice {
    /// Its texts are `mail.{name}.…`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PasswordChanged => "password_changed",
            Self::PasswordLink { .. } => "password_link",
            Self::PasskeyAdded { .. } => "passkey_added",
            Self::PasskeyRemoved { .. } => "passkey_removed",
            Self::RoleChanged { .. } => "role_changed",
            Self::Removed => "removed",
            Self::WebhookOff { .. } => "webhook_off",
        }
    }

    /// The page where one does something about it.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::PasswordChanged => "/app/forgot".to_owned(),
            Self::PasswordLink { .. } | Self::PasskeyAdded { .. } | Self::PasskeyRemoved { .. } => "/app/me".to_owned(),
            Self::RoleChanged { .. } | Self::Removed => "/app".to_owned(),
            Self::WebhookOff { endpoint, .. } => format!("/app/webhooks/{endpoint}"),
        }
    }
}
