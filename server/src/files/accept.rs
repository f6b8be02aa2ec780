//! Which format of a picture a client wants, of those that there are (RFC 9110, 12.5.1).

use axum::http::{HeaderMap, header};

/// How much a media type is wanted, from 0 to 1000. Only what is named counts where `by_name` says so: `*/*` comes from
/// clients that show no AVIF.
fn wanted(accept: &str, media_type: &str, by_name: bool) -> u16 {
    let family = media_type.split_once('/').map_or("", |(family, _)| family);
    let mut best = (0, 0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let rank = match name.as_str() {
            exact if exact == media_type => 3,
            _ if by_name => continue,
            "*/*" => 1,
            wide if wide.strip_suffix("/*") == Some(family) => 2,
            _ => continue,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        // The most precise range says it.
        if rank > best.0 {
            best = (rank, (quality.clamp(0.0, 1.0) * 1000.0) as u16);
        }
    }
    best.1
}

/// Endings of a smaller copy's files, the most wanted first, `jpg` always among them. `formats` are ending and media type,
/// the best first.
pub(super) fn order(request: &HeaderMap, formats: &[(&'static str, &'static str)]) -> Vec<&'static str> {
    let accept: Vec<&str> = request.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let accept = accept.join(",");
    let jpeg = if accept.is_empty() { 1000 } else { wanted(&accept, "image/jpeg", false) };
    let mut found: Vec<_> = formats
        .iter()
        .map(|(ending, media_type)| (wanted(&accept, media_type, true), *ending))
        .filter(|(quality, _)| *quality > 0 && *quality >= jpeg)
        .collect();
    // The sort is stable: of what is wanted alike the better one stays first.
    found.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
    found.into_iter().map(|(_, ending)| ending).chain(["jpg"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_what_they_name_and_everyone_else_jpeg() {
        const FORMATS: [(&str, &str); 2] = [("avif", "image/avif"), ("webp", "image/webp")];
        for (accept, expected) in [
            ("", &["jpg"][..]),
            ("*/*", &["jpg"]),
            ("image/*", &["jpg"]),
            ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", &["avif", "webp", "jpg"]),
            ("image/webp,image/avif,image/*;q=0.8,*/*;q=0.5", &["avif", "webp", "jpg"]),
            ("IMAGE/WEBP, */*;q=0.1", &["webp", "jpg"]),
            ("image/avif;q=0, image/webp", &["webp", "jpg"]),
            ("image/avif;q=0.4, image/webp;q=0.6", &["webp", "avif", "jpg"]),
            ("image/jpeg, image/avif;q=0.5", &["jpg"]),
            ("image/avif;q=nonsense,,;;", &["avif", "jpg"]),
        ] {
            let mut headers = HeaderMap::new();
            if !accept.is_empty() {
                headers.insert(header::ACCEPT, accept.parse().unwrap());
            }
            assert_eq!(order(&headers, &FORMATS), expected, "{accept}");
        }
    }
}
