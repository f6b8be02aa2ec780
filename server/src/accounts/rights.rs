//! What a signed-in person or a program may do. Roles are for people, scopes for keys; both are sets of rights, and
//! `routes/` names the right that each address needs.

use serde::{Deserialize, Serialize};

/// One thing that somebody may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Right {
    /// Invite people, change their roles, let them go.
    ManagePeople,
    /// Make and revoke keys for programs, and the addresses that are told of changes.
    ManageKeys,
    /// Read who changed what.
    ReadAudit,
    /// Change the shop: address, hours, contact, currency.
    ManageShop,
    /// See products.
    ReadCatalogue,
    /// Change products.
    WriteCatalogue,
    /// See pictures, videos and panoramas.
    ReadMedia,
    /// Upload and delete them.
    WriteMedia,
    /// See stores and their drafts.
    ReadStores,
    /// Change and publish stores.
    WriteStores,
    /// See who looked at what.
    ReadStatistics,
}

impl Right {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::ManagePeople,
        Self::ManageKeys,
        Self::ReadAudit,
        Self::ManageShop,
        Self::ReadCatalogue,
        Self::WriteCatalogue,
        Self::ReadMedia,
        Self::WriteMedia,
        Self::ReadStores,
        Self::WriteStores,
        Self::ReadStatistics,
    ];

    /// Those that a key may carry: a program never manages people, nor makes keys for itself.
    pub const SCOPES: [Self; 7] = [
        Self::ReadCatalogue,
        Self::WriteCatalogue,
        Self::ReadMedia,
        Self::WriteMedia,
        Self::ReadStores,
        Self::WriteStores,
        Self::ReadStatistics,
    ];

    /// Whether a role in one shop can include it. The others are about what all shops of an organisation share: its people,
    /// keys, log and catalogue.
    #[must_use]
    pub const fn is_for_one_shop(self) -> bool {
        !matches!(self, Self::ManagePeople | Self::ManageKeys | Self::ReadAudit | Self::WriteCatalogue)
    }

    /// Its name as a scope of keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ManagePeople => "people:write",
            Self::ManageKeys => "keys:write",
            Self::ReadAudit => "audit:read",
            Self::ManageShop => "shop:write",
            Self::ReadCatalogue => "catalogue:read",
            Self::WriteCatalogue => "catalogue:write",
            Self::ReadMedia => "media:read",
            Self::WriteMedia => "media:write",
            Self::ReadStores => "stores:read",
            Self::WriteStores => "stores:write",
            Self::ReadStatistics => "statistics:read",
        }
    }

    /// The scope of this name.
    #[must_use]
    pub fn of_scope(name: &str) -> Option<Self> {
        Self::SCOPES.into_iter().find(|right| right.name() == name)
    }
}

/// The four people of a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Owner,
    /// Sells: products, pictures, stores.
    Merchant,
    /// Counts and photographs.
    Staff,
    /// Looks at the numbers.
    Marketer,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Merchant, Self::Staff, Self::Marketer];

    /// Its name in the database and in texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Merchant => "merchant",
            Self::Staff => "staff",
            Self::Marketer => "marketer",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether it can be held in one shop. An owner owns all of an organisation.
    #[must_use]
    pub const fn is_for_one_shop(self) -> bool {
        !matches!(self, Self::Owner)
    }

    /// Whether it includes a right.
    #[must_use]
    pub const fn has(self, right: Right) -> bool {
        use Right::{
            ManageShop, ReadCatalogue, ReadMedia, ReadStatistics, ReadStores, WriteCatalogue, WriteMedia, WriteStores,
        };
        match self {
            Self::Owner => true,
            Self::Merchant => matches!(
                right,
                ManageShop
                    | ReadCatalogue
                    | WriteCatalogue
                    | ReadMedia
                    | WriteMedia
                    | ReadStores
                    | WriteStores
                    | ReadStatistics
            ),
            Self::Staff => matches!(right, ReadCatalogue | ReadMedia | WriteMedia | ReadStores),
            Self::Marketer => matches!(right, ReadCatalogue | ReadMedia | WriteMedia | ReadStores | ReadStatistics),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_their_own() {
        for right in Right::ALL {
            assert_eq!(Right::ALL.iter().filter(|other| other.name() == right.name()).count(), 1);
        }
        for role in Role::ALL {
            assert_eq!(Role::of(role.name()), Some(role));
        }
        assert_eq!(Right::of_scope("people:write"), None, "no key manages people");
        assert_eq!(Right::of_scope("stores:write"), Some(Right::WriteStores));
    }

    #[test]
    fn one_shop_gives_nothing_over_what_all_shops_share() {
        for right in [Right::ManagePeople, Right::ManageKeys, Right::ReadAudit, Right::WriteCatalogue] {
            assert!(!right.is_for_one_shop(), "{right:?}");
        }
        for role in Role::ALL {
            assert_eq!(role.is_for_one_shop(), role != Role::Owner);
        }
    }

    #[test]
    fn nobody_has_more_than_the_owner_and_only_the_owner_manages_people() {
        for right in Right::ALL {
            assert!(Role::Owner.has(right));
        }
        for role in [Role::Merchant, Role::Staff, Role::Marketer] {
            assert!(!role.has(Right::ManagePeople) && !role.has(Right::ManageKeys) && !role.has(Right::ReadAudit));
        }
    }
}
