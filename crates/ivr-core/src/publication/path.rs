//! [`Path`]: where in the document something stands, built on the stack and written only when a
//! message needs it.

use std::fmt;

/// A JSON path: `$.ballot_styles[3].contests[1].presentation.i18n.en["ivr.name"]`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'p> {
    /// The document.
    Root,
    /// A member of an object.
    Key(&'p Path<'p>, &'p str),
    /// An element of a list.
    Index(&'p Path<'p>, usize),
}

impl<'p> Path<'p> {
    /// The path of a member.
    pub(super) fn key(&'p self, key: &'p str) -> Self {
        Self::Key(self, key)
    }

    /// The path of an element.
    pub(super) fn index(&'p self, index: usize) -> Self {
        Self::Index(self, index)
    }

    /// This path and what a typed reader found below it.
    pub(super) fn joined(&self, below: &serde_path_to_error::Path) -> String {
        use serde_path_to_error::Segment;
        let mut text = self.to_string();
        for segment in below {
            match segment {
                Segment::Seq { index } => text.push_str(&format!("[{index}]")),
                Segment::Map { key } | Segment::Enum { variant: key } => push_key(&mut text, key),
                Segment::Unknown => {}
            }
        }
        text
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("$"),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
            Self::Key(parent, key) => {
                let mut text = String::new();
                push_key(&mut text, key);
                write!(f, "{parent}{text}")
            }
        }
    }
}

/// Writes `.key`, or `["key"]` where a bare key would be ambiguous.
fn push_key(text: &mut String, key: &str) {
    let bare =
        !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare {
        text.push('.');
        text.push_str(key);
    } else {
        text.push_str(&format!("[{key:?}]"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_a_dot_stands_in_brackets() {
        let root = Path::Root;
        let styles = root.key("ballot_styles");
        let style = styles.index(3);
        let i18n = style.key("i18n");
        assert_eq!(i18n.key("ivr.name").to_string(), r#"$.ballot_styles[3].i18n["ivr.name"]"#);
        assert_eq!(i18n.key("fr-CA").to_string(), "$.ballot_styles[3].i18n.fr-CA");
        assert_eq!(root.to_string(), "$");
    }
}
