//! The store document, version 1: what a merchant edits, what is published, what is kept for ever.
//!
//! Angles are degrees. Yaw grows to the right and is 0 at the centre of the equirectangular image; pitch grows upward.
//! Positions of hotspots and views are given after [`SphereCorrection`]: as the shopper sees them.
//!
//! Reading is lenient here, so that an older viewer shows a newer document of the same version; `strict` (behind the
//! feature of that name) is how a document enters the system.

mod contact;
pub mod fault;
#[cfg(feature = "strict")]
pub mod strict;
mod text;
#[cfg(feature = "strict")]
mod unique;
mod validate;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use contact::{email_fault, line_fault, phone_fault};
pub use fault::Fault;
pub use text::LocalizedText;
pub use validate::{MAX_HOTSPOTS_PER_SCENE, MAX_NAME_CHARS, MAX_SCENES, MAX_TEXT_CHARS, is_language_tag};

/// The version of the document that this crate writes. An addition keeps it; a change of meaning raises it.
pub const VERSION: u32 = 1;

/// A whole store: scenes, what hangs in them, and how the shop presents itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct StoreDocument {
    /// Format version, [`VERSION`].
    pub version: u32,
    /// BCP 47 tags of the store's languages. A text missing in a shopper's language falls back to the first.
    pub languages: Vec<String>,
    /// Name of the store.
    pub name: LocalizedText,
    /// One or two sentences for lists and search engines.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub description: LocalizedText,
    /// Colours of buttons and accents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
    /// How a shopper reaches the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Privacy note shown one tap away.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub privacy: LocalizedText,
    /// Where a visit begins.
    pub start: Start,
    /// Floor plans on which scenes have a place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub floor_plans: Vec<FloorPlan>,
    /// The scenes, in the order in which lists show them.
    pub scenes: Vec<Scene>,
}

/// Brand colours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct Brand {
    /// Accent colour, `#rrggbb`.
    pub primary: String,
    /// Colour of text on the accent colour, `#rrggbb`.
    pub on_primary: String,
}

/// How a shopper reaches the shop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Telephone number as one dials it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// LINE id of the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The shop's own web site (`https` or `http`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
}

/// Where a visit begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct Start {
    /// Id of the first scene.
    pub scene: String,
    /// First view; that scene's own opening view where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<View>,
}

/// A direction of view and its width.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Degrees, −180 to 180, growing to the right.
    pub yaw: f64,
    /// Degrees, −90 to 90, growing upward.
    pub pitch: f64,
    /// Field of view along the longer side of the screen, degrees ([`crate::sphere::Viewport`] has the exact rule).
    pub fov: f64,
}

/// A picture of a floor, seen from above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct FloorPlan {
    /// Id that [`Position::floor_plan`] refers to.
    pub id: String,
    /// Name of the floor.
    pub name: LocalizedText,
    /// The picture, by media id.
    pub media: Uuid,
}

/// One panorama and what hangs in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct Scene {
    /// Opaque id, never reused: statistics hang on it.
    pub id: String,
    /// Name of the scene.
    pub name: LocalizedText,
    /// A sentence or two about what is here.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub description: LocalizedText,
    /// What the panorama shows, for people who do not see it.
    pub alt: LocalizedText,
    /// Pyramid id: sha256 in 64 hexadecimal digits.
    pub panorama: String,
    /// Compass heading of yaw 0, degrees clockwise from north: heading = yaw + north.
    #[serde(default)]
    pub north: f64,
    /// Straightens a panorama taken with a tilted camera.
    #[serde(default, skip_serializing_if = "SphereCorrection::is_identity")]
    pub sphere_correction: SphereCorrection,
    /// Opening view.
    pub view: View,
    /// Place on a floor plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// What hangs in the panorama.
    #[serde(default)]
    pub hotspots: Vec<Hotspot>,
}

/// Turns the panorama in the order pan, tilt, roll (degrees), after the pose in the file's own metadata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct SphereCorrection {
    /// Moves the image to the right.
    #[serde(default)]
    pub pan: f64,
    /// Raises the image's centre.
    #[serde(default)]
    pub tilt: f64,
    /// Turns the image clockwise about its centre.
    #[serde(default)]
    pub roll: f64,
}

impl SphereCorrection {
    fn is_identity(&self) -> bool {
        *self == Self::default()
    }
}

/// A scene's place on a floor plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// Id of a [`FloorPlan`].
    pub floor_plan: String,
    /// 0 (left edge) to 1.
    pub x: f64,
    /// 0 (top edge) to 1.
    pub y: f64,
    /// Direction of yaw 0 on the plan, degrees clockwise from the picture's top.
    #[serde(default)]
    pub heading: f64,
}

/// Something at a direction in a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct Hotspot {
    /// Opaque id, unique in the store, never reused: statistics hang on it.
    pub id: String,
    /// Degrees, −180 to 180, growing to the right.
    pub yaw: f64,
    /// Degrees, −90 to 90, growing upward.
    pub pitch: f64,
    /// Picture on the marker; one that fits the kind where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Icon>,
    /// Colour of the marker, `#rrggbb`; the brand's where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// Name of the hotspot: tooltip, and what a screen reader says.
    pub label: LocalizedText,
    /// A hotspot that is not visible stays in the document and is not shown.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub visible: bool,
    /// What it is: the one field among `link`, `product`, `text`, `image`, `video`, `webLink` and `coupon`.
    #[serde(flatten)]
    pub content: Content,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
const fn is_yes(value: &bool) -> bool {
    *value
}

/// Pictures that a marker can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the name of a picture")]
pub enum Icon {
    Arrow,
    Door,
    Stairs,
    Tag,
    Info,
    Image,
    Play,
    Link,
    Gift,
    Cart,
    Star,
}

/// What a hotspot is: typed content, never raw HTML.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Content {
    /// The way to another scene.
    Link(Link),
    /// A product's card.
    Product(ProductRef),
    /// A card of text.
    Text(TextCard),
    /// A picture.
    Image(ImageCard),
    /// A video.
    Video(VideoCard),
    /// A page elsewhere on the web.
    WebLink(WebLink),
    /// A coupon to claim.
    Coupon(CouponRef),
}

impl Content {
    /// Every kind's name as the document spells it.
    pub const KINDS: [&str; 7] = ["link", "product", "text", "image", "video", "webLink", "coupon"];

    /// The kind's name as the document spells it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Link(_) => "link",
            Self::Product(_) => "product",
            Self::Text(_) => "text",
            Self::Image(_) => "image",
            Self::Video(_) => "video",
            Self::WebLink(_) => "webLink",
            Self::Coupon(_) => "coupon",
        }
    }
}

/// The way to another scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// Id of the scene it leads to.
    pub scene: String,
    /// View on arrival; where absent the shopper keeps heading, pitch and field of view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<View>,
}

/// A product, by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct ProductRef {
    /// Product id.
    pub product: Uuid,
}

/// A card of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct TextCard {
    /// Heading; the hotspot's label where absent.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub title: LocalizedText,
    /// Plain text; a blank line separates paragraphs.
    pub body: LocalizedText,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct ImageCard {
    /// Media id of the picture.
    pub media: Uuid,
    /// Caption under it.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub caption: LocalizedText,
}

/// A video.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct VideoCard {
    /// Media id of the video.
    pub media: Uuid,
    /// Media id of the picture shown before it plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<Uuid>,
    /// Caption under it.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub caption: LocalizedText,
}

/// A page elsewhere on the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct WebLink {
    /// `https`, `http`, `mailto` or `tel`, nothing else.
    pub url: String,
}

/// A coupon campaign, by id. The campaign may not exist yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub struct CouponRef {
    /// Campaign id.
    pub campaign: Uuid,
}
