//! Cutting what is too long for one answer into pieces that are well-formed by themselves.

use super::speech::Speech;

/// Where a piece may end, best first: after a sentence, or else after a word.
#[derive(Clone, Copy, Default)]
struct Ends {
    sentence: Option<usize>,
    word: Option<usize>,
}

impl Speech {
    /// Cuts into pieces of at most `budget` heard characters. Pieces end after a sentence, or where
    /// a sentence is longer than that after a word, and never inside an element; an element that is
    /// too long by itself stays whole.
    pub(crate) fn cut(&self, budget: usize) -> Vec<Self> {
        let body = self.body();
        let mut pieces = Vec::new();
        let (mut begin, mut at, mut heard, mut depth) = (0, 0, 0, 0_usize);
        let mut ends = Ends::default();
        while let Some(c) = body[at..].chars().next() {
            if c == '<' {
                let tag_end = body[at..].find('>').map_or(body.len(), |n| at + n + 1);
                let tag = &body[at..tag_end];
                if tag.starts_with("</") {
                    depth = depth.saturating_sub(1);
                } else if !tag.ends_with("/>") {
                    depth += 1;
                }
                at = tag_end;
            } else {
                heard += 1;
                at += c.len_utf8();
                if depth == 0 && c.is_whitespace() {
                    let said = body[begin..at].trim_end();
                    if said.ends_with(['.', '!', '?']) {
                        ends.sentence = Some(at);
                    }
                    ends.word = Some(at);
                }
            }
            if heard > budget
                && let Some(end) = ends.sentence.or(ends.word)
            {
                pieces.push(Self::from_body(body[begin..end].trim_end()));
                (begin, at, heard) = (end, end, 0);
                ends = Ends::default();
            }
        }
        pieces.push(Self::from_body(body[begin..].trim_end()));
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(body: &str, budget: usize) -> Vec<String> {
        Speech::from_body(body).cut(budget).iter().map(|p| p.body().to_owned()).collect()
    }

    #[test]
    fn what_fits_stays_whole() {
        assert_eq!(pieces("One. Two.", 100), ["One. Two."]);
        assert_eq!(pieces("", 10), [""]);
    }

    #[test]
    fn pieces_end_after_sentences_or_else_after_words() {
        assert_eq!(pieces("One two. Three four. Five.", 12), ["One two.", "Three four.", "Five."]);
        assert_eq!(pieces("one two three four", 9), ["one two", "three", "four"]);
    }

    #[test]
    fn no_element_is_torn_apart() {
        let body = "Say <lang xml:lang=\"fr-CA\">un. deux. trois.</lang> now. And<break/> then.";
        for budget in 1..60 {
            let pieces = pieces(body, budget);
            let heard: Vec<_> = pieces.iter().map(|p| super::super::plain::plain_text(p)).collect();
            assert_eq!(heard.join(" "), super::super::plain::plain_text(body), "{budget}");
            for piece in pieces {
                assert_eq!(piece.matches("<lang").count(), piece.matches("</lang>").count());
            }
        }
    }
}
