//! What shoppers see of a product.

use std::collections::BTreeMap;

use scene::published::{Picture, ProductCard};
use uuid::Uuid;

use super::product::Product;
use crate::files::sql::MediaRow;

/// Media that cards show, by id.
pub type Media = BTreeMap<Uuid, MediaRow>;

impl Product {
    /// The card, with those of its pictures and videos that are there.
    #[must_use]
    pub fn card(&self, media: &Media) -> ProductCard {
        let mut pictures = self.pictures.iter().filter_map(|id| picture(media.get(id)?));
        ProductCard {
            id: self.id,
            sku: self.sku.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            price: self.price.clone(),
            unit: self.unit.clone(),
            picture: pictures.next(),
            more_pictures: pictures.collect(),
            video: self.video.and_then(|id| media.get(&id)).map(MediaRow::item),
            links: self.links.clone(),
        }
    }

    /// Media that the card shows.
    pub fn media(&self) -> impl Iterator<Item = Uuid> {
        self.pictures.iter().copied().chain(self.video)
    }
}

fn picture(row: &MediaRow) -> Option<Picture> {
    Some(Picture {
        url: row.url(),
        width: row.width?,
        height: row.height?,
        alt: row.alt.clone(),
        smaller: row.smaller(),
    })
}
