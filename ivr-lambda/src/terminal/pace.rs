//! How long an answer takes to say, roughly: for virtual time.

use chrono::TimeDelta;
use ivr_core::ssml::plain::plain_text;

/// How many characters a voice says in a second.
const CHARACTERS_PER_SECOND: i64 = 14;

/// How long a document is spoken: its text and its breaks.
pub(crate) fn spoken(ssml: &str) -> TimeDelta {
    let characters = i64::try_from(plain_text(ssml).chars().count()).unwrap_or(i64::MAX / 2_000);
    TimeDelta::milliseconds(characters * 1_000 / CHARACTERS_PER_SECOND + breaks_ms(ssml))
}

fn breaks_ms(ssml: &str) -> i64 {
    let tags = ssml.split("<break").skip(1).filter_map(|rest| rest.split('>').next());
    let times = tags.filter_map(|tag| tag.split_once("time=\"")?.1.split('"').next());
    times.map(milliseconds).sum()
}

/// `400ms`, `1s`, `1.5s`; anything else takes no time.
fn milliseconds(text: &str) -> i64 {
    let (number, factor) = match text.strip_suffix("ms") {
        Some(number) => (number, 1.0),
        None => (text.strip_suffix('s').unwrap_or(""), 1_000.0),
    };
    let ms = number.parse::<f64>().unwrap_or(0.0) * factor;
    // A break is at most ten seconds; the cast saturates.
    ms.clamp(0.0, 10_000.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_breaks_take_time() {
        assert_eq!(spoken("<speak></speak>"), TimeDelta::zero());
        assert_eq!(spoken("<speak>12345678901234</speak>"), TimeDelta::seconds(1));
        let pause = "<speak>1234567<break time=\"400ms\"/>123456<break time=\"1.5s\"/></speak>";
        assert_eq!(spoken(pause), TimeDelta::milliseconds(1_000 + 400 + 1_500));
        assert_eq!(spoken("<speak><break strength=\"weak\"/></speak>"), TimeDelta::zero());
    }
}
