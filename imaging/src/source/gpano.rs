//! GPano XMP: which part of the sphere a picture shows, and how the camera was held.
//!
//! Fields: <https://developers.google.com/streetview/spherical-metadata>.

use crate::MediaError;

const NAMESPACE: &str = "http://ns.google.com/photos/1.0/panorama/";
/// Far more than any GPano packet has.
const MAX_XMP_BYTES: usize = 1 << 20;
const MAX_XML_NODES: u32 = 20_000;

/// The fields of a GPano packet that say where pixels lie. Pixels are those of the picture when the packet was written;
/// a picture that was resized since keeps its old numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gpano {
    /// Size of the full sphere: width, height.
    pub full: Option<(f64, f64)>,
    /// Size of the cropped area: width, height.
    pub cropped: Option<(f64, f64)>,
    /// Upper left corner of the cropped area in the full sphere: left, top.
    pub corner: Option<(f64, f64)>,
    /// Compass heading of the picture's centre, degrees.
    pub heading_deg: f64,
    /// Degrees above the horizon of the picture's centre.
    pub pitch_deg: f64,
    /// Degrees by which the camera was rolled clockwise: the horizon is turned counterclockwise in the picture.
    pub roll_deg: f64,
}

impl Gpano {
    /// Reads an XMP packet; `None` when it has no GPano data. XMP that is no XML counts as absent: it says nothing
    /// that could be obeyed, and the picture can be read without.
    pub fn from_xmp(xmp: &[u8]) -> Result<Option<Self>, MediaError> {
        if xmp.len() > MAX_XMP_BYTES {
            return Ok(None);
        }
        let Ok(text) = std::str::from_utf8(xmp) else { return Ok(None) };
        let options = roxmltree::ParsingOptions { nodes_limit: MAX_XML_NODES, ..Default::default() };
        let Ok(document) = roxmltree::Document::parse_with_options(text.trim_matches(['\0', '\u{feff}']), options)
        else {
            return Ok(None);
        };
        // RDF writes a property as an attribute or as an element; both occur.
        let field = |name: &str| {
            document.descendants().find_map(|node| {
                if node.tag_name().namespace() == Some(NAMESPACE) && node.tag_name().name() == name {
                    node.text().map(str::trim)
                } else {
                    node.attribute((NAMESPACE, name)).map(str::trim)
                }
            })
        };
        let has_any = document.descendants().any(|node| {
            node.tag_name().namespace() == Some(NAMESPACE)
                || node.attributes().any(|attribute| attribute.namespace() == Some(NAMESPACE))
        });
        if !has_any {
            return Ok(None);
        }
        if let Some(projection) = field("ProjectionType")
            && !projection.eq_ignore_ascii_case("equirectangular")
        {
            let projection: String = projection.chars().take(40).collect();
            return Err(MediaError::Gpano(format!("its projection is “{projection}”, accepted is “equirectangular”")));
        }
        let number = |name: &'static str, range: std::ops::RangeInclusive<f64>| match field(name) {
            None | Some("") => Ok(None),
            Some(text) => match text.parse::<f64>() {
                Ok(value) if range.contains(&value) => Ok(Some(value)),
                _ => {
                    let text: String = text.chars().take(40).collect();
                    let (low, high) = (range.start(), range.end());
                    Err(MediaError::Gpano(format!("{name} is “{text}”, accepted are numbers from {low} to {high}")))
                }
            },
        };
        let pair = |a: &'static str, b: &'static str, low: f64| match (number(a, low..=1e6)?, number(b, low..=1e6)?) {
            (Some(a), Some(b)) => Ok(Some((a, b))),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(MediaError::Gpano(format!("{b} is there, {a} is missing"))),
            (Some(_), None) => Err(MediaError::Gpano(format!("{a} is there, {b} is missing"))),
        };
        Ok(Some(Self {
            full: pair("FullPanoWidthPixels", "FullPanoHeightPixels", 1.0)?,
            cropped: pair("CroppedAreaImageWidthPixels", "CroppedAreaImageHeightPixels", 1.0)?,
            corner: pair("CroppedAreaLeftPixels", "CroppedAreaTopPixels", 0.0)?,
            heading_deg: number("PoseHeadingDegrees", -360.0..=360.0)?.unwrap_or(0.0),
            pitch_deg: number("PosePitchDegrees", -90.0..=90.0)?.unwrap_or(0.0),
            roll_deg: number("PoseRollDegrees", -180.0..=180.0)?.unwrap_or(0.0),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::xmp;

    fn read(packet: &str) -> Result<Option<Gpano>, String> {
        Gpano::from_xmp(packet.as_bytes()).map_err(|error| error.to_string())
    }

    const ALL: Gpano = Gpano {
        full: Some((8000.0, 4000.0)),
        cropped: Some((6000.0, 2000.0)),
        corner: Some((1000.0, 900.0)),
        heading_deg: 90.5,
        pitch_deg: -3.0,
        roll_deg: 1.25,
    };
    const FIELDS: [(&str, &str); 10] = [
        ("ProjectionType", "equirectangular"),
        ("FullPanoWidthPixels", "8000"),
        ("FullPanoHeightPixels", "4000"),
        ("CroppedAreaImageWidthPixels", "6000"),
        ("CroppedAreaImageHeightPixels", "2000"),
        ("CroppedAreaLeftPixels", "1000"),
        ("CroppedAreaTopPixels", "900"),
        ("PoseHeadingDegrees", "90.5"),
        ("PosePitchDegrees", "-3"),
        ("PoseRollDegrees", "1.25"),
    ];

    #[test]
    fn attributes_and_elements_say_the_same() {
        assert_eq!(read(&xmp(&FIELDS, &[])), Ok(Some(ALL)));
        assert_eq!(read(&xmp(&[], &FIELDS)), Ok(Some(ALL)));
        assert_eq!(read(&xmp(&FIELDS[..4], &FIELDS[4..])), Ok(Some(ALL)));
        // The prefix is the writer's choice, the namespace is not.
        assert_eq!(read(&xmp(&FIELDS, &[]).replace("GPano", "panorama")), Ok(Some(ALL)));
        assert_eq!(read(&xmp(&FIELDS, &[]).replace("photos/1.0/panorama", "photos/1.0/other")), Ok(None));
    }

    #[test]
    fn what_is_no_gpano_counts_as_absent() {
        let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>"#;
        let deep = "<a>".repeat(50_000);
        let many = format!("<x>{}</x>", "<a/>".repeat(50_000));
        for packet in ["", "no xml", "<x/>", bomb, &deep, &many] {
            assert_eq!(read(packet), Ok(None), "{}", &packet[..packet.len().min(40)]);
        }
        assert_eq!(Gpano::from_xmp(&[0xff, 0xfe, 0]).ok(), Some(None));
        assert_eq!(Gpano::from_xmp(&vec![b' '; MAX_XMP_BYTES + 1]).ok(), Some(None));
    }

    #[test]
    fn hostile_values_are_named() {
        for (name, value, says) in [
            ("FullPanoWidthPixels", "NaN", "FullPanoWidthPixels is “NaN”"),
            ("FullPanoWidthPixels", "inf", "from 1 to 1000000"),
            ("FullPanoHeightPixels", "0", "from 1 to"),
            ("CroppedAreaImageWidthPixels", "-6000", "from 1 to"),
            ("CroppedAreaLeftPixels", "-1", "from 0 to"),
            ("CroppedAreaTopPixels", "1e308", "from 0 to"),
            ("PosePitchDegrees", "91", "from -90 to 90"),
            ("PoseRollDegrees", "up", "“up”"),
            ("ProjectionType", "cylindrical", "“cylindrical”"),
        ] {
            let mut fields = FIELDS;
            fields.iter_mut().filter(|field| field.0 == name).for_each(|field| field.1 = value);
            let error = read(&xmp(&fields, &[])).unwrap_err();
            assert!(error.contains(says), "{name}={value}: {error}");
        }
        let error = read(&xmp(&FIELDS[..2], &[])).unwrap_err();
        assert!(error.contains("FullPanoHeightPixels is missing"), "{error}");
    }
}
