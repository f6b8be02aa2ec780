//! Programs that read the web by themselves. They say so in their user agent, the well-behaved ones; the others are
//! not recognised by a list either.

/// Parts of user agents, lower case: what the lists of `isbot`, `crawler-user-agents` and Matomo's device detector have in
/// common, in the words that cover most entries.
const TOKENS: [&str; 39] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "scrape",
    "archiver",
    "fetch",
    "facebookexternalhit",
    "embedly",
    "preview",
    "validator",
    "monitor",
    "uptime",
    "pingdom",
    "lighthouse",
    "pagespeed",
    "gtmetrix",
    "feed",
    "python",
    "java/",
    "perl",
    "ruby",
    "php/",
    "go-http",
    "okhttp",
    "axios",
    "node-fetch",
    "undici",
    "curl/",
    "wget",
    "libwww",
    "httpclient",
    "http_request",
    "phantomjs",
    "headless",
    "scan",
    "nutch",
    "google-inspectiontool",
    "whatsapp/",
];
/// In-app browsers of people that a token above would hit.
const PEOPLE: [&str; 1] = ["cubot"];

/// Whether a user agent is a program's. So is none at all: every browser sends one.
pub fn is_bot(user_agent: &str) -> bool {
    let mut lower = user_agent.to_ascii_lowercase();
    for phone in PEOPLE {
        lower = lower.replace(phone, "");
    }
    lower.trim().is_empty() || TOKENS.iter().any(|token| lower.contains(token))
}

#[cfg(test)]
mod tests {
    use super::is_bot;

    #[test]
    fn bots_and_people() {
        for bot in [
            "",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/120.0.0.0 Safari/537.36",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
            "curl/8.5.0",
            "python-requests/2.32",
            "Go-http-client/2.0",
        ] {
            assert!(is_bot(bot), "{bot}");
        }
        for person in [
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; Android 13; CUBOT X70 Build/TP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/119.0.0.0 Mobile Safari/537.36 Line/14.1.0/IAB",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:126.0) Gecko/20100101 Firefox/126.0",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/468.0.0.35.109]",
        ] {
            assert!(!is_bot(person), "{person}");
        }
    }
}
